public import Addressing
public import Memblock

/// The search behind an allocation, told gap by gap: which were tried, in which order, and why
/// each was passed over.
///
/// This is the search of Linux's `memblock_alloc_range_nid` in its plainest form, over all gaps
/// in turn. Tests hold its outcome to memblock's own answer.
public struct AllocationSearch: Sendable {
  /// A gap between reservations that was looked at.
  public struct Gap: Sendable {
    /// The free bytes, all of them, whatever the bounds.
    public let range: AddressRange
    /// The node that they are on.
    public let node: NodeID
    /// Why it was passed over; `nil` where memory was found in it.
    public let reason: String?
  }

  /// One way through the gaps, with one set of conditions.
  public struct Pass: Sendable {
    /// The conditions.
    public let title: String
    /// The gaps in the order in which they were tried.
    public let gaps: [Gap]
  }

  /// The ways through the gaps; the last one found memory, if `address` is there.
  public private(set) var passes: [Pass] = []
  /// The address that was found.
  public private(set) var address: PhysicalAddress?

  /// Searches for a request in a memblock, which is left as it is.
  ///
  /// - Parameters:
  ///   - request: What is asked for.
  ///   - minimumIsPreference: Whether memory below the minimum is better than none: so it is
  ///     for Linux's functions that return virtual addresses.
  ///   - memblock: Where to search.
  public init(
    for request: AllocationRequest, minimumIsPreference: Bool, in memblock: borrowing Memblock
  ) {
    let gaps = Self.gaps(of: memblock)
    // The limit binds Linux's functions that return virtual addresses, whatever the request says.
    let limit = memblock.currentLimit
    let maximum = request.maximum ?? limit
    let end = minimumIsPreference ? min(maximum, limit) : maximum
    var starts = [request.minimum.value]
    if minimumIsPreference, request.minimum != .zero { starts.append(0) }
    let flags: [RegionFlags] = memblock.hasMirroredMemory ? [.mirror, .none] : [.none]
    for start in starts {
      for flag in flags {
        var nodes = [request.node]
        if request.node.isValid, !request.isNodeExact { nodes.append(.none) }
        for node in nodes {
          let conditions = Conditions(
            size: request.size, alignment: request.alignment == 0 ? 64 : request.alignment,
            start: max(start, PageFrameNumber.size), end: end.value, node: node, flags: flag,
            keepsHotplugFree: memblock.keepsHotplugFree, isBottomUp: memblock.isBottomUp)
          if take(conditions, gaps) { return }
        }
      }
    }
  }

  private struct FreeGap {
    let range: AddressRange
    let node: NodeID
    let flags: RegionFlags
  }

  private struct Conditions {
    let size: UInt64
    let alignment: UInt64
    let start: UInt64
    let end: UInt64
    let node: NodeID
    let flags: RegionFlags
    let keepsHotplugFree: Bool
    let isBottomUp: Bool
  }

  /// All memory that is not reserved, upwards. O(regions).
  private static func gaps(of memblock: borrowing Memblock) -> [FreeGap] {
    var gaps: [FreeGap] = []
    for index in memblock.memory.indices {
      let region = memblock.memory[index]
      var start = region.range.start
      func add(upTo end: PhysicalAddress) {
        if start < end {
          gaps.append(
            FreeGap(
              range: AddressRange(from: start, to: end), node: region.node, flags: region.flags))
        }
      }
      for place in memblock.reserved.indices {
        guard let taken = memblock.reserved[place].range.intersection(region.range) else {
          continue
        }
        add(upTo: taken.start)
        start = taken.end
      }
      add(upTo: region.range.end)
    }
    return gaps
  }

  /// Goes through the gaps once; `true` where memory was found.
  private mutating func take(_ conditions: Conditions, _ gaps: [FreeGap]) -> Bool {
    var tried: [Gap] = []
    var found: UInt64?
    for gap in conditions.isBottomUp ? gaps : gaps.reversed() {
      let outcome = Self.look(at: gap, conditions)
      tried.append(Gap(range: gap.range, node: gap.node, reason: outcome.reason))
      if let address = outcome.address {
        found = address
        break
      }
    }
    passes.append(Pass(title: Self.title(conditions), gaps: tried))
    address = found.map { PhysicalAddress($0) }
    return found != nil
  }

  private static func look(
    at gap: FreeGap, _ conditions: Conditions
  ) -> (address: UInt64?, reason: String?) {
    if conditions.node.isValid, gap.node != conditions.node {
      return (nil, gap.node.isValid ? "on node \(gap.node.value)" : "on no node")
    }
    if gap.flags.contains(.hotplug), conditions.keepsHotplugFree {
      return (nil, "hot-pluggable, which movable_node keeps free")
    }
    if !conditions.flags.isEmpty, !gap.flags.contains(.mirror) { return (nil, "not mirrored") }
    if gap.flags.contains(.noMap) { return (nil, "not to be mapped") }
    if gap.flags.contains(.driverManaged) { return (nil, "a driver's") }
    let start = max(gap.range.start.value, conditions.start)
    let end = min(gap.range.end.value, conditions.end)
    if gap.range.start.value >= conditions.end { return (nil, "above the upper bound") }
    if gap.range.end.value <= conditions.start { return (nil, "below the lower bound") }
    guard start < end, end - start >= conditions.size else {
      let isCut = start != gap.range.start.value || end != gap.range.end.value
      let within = isCut ? " of it within the bounds" : ""
      return (nil, "too small: \(Text.size(end > start ? end - start : 0))\(within)")
    }
    let mask = ~(conditions.alignment - 1)
    if conditions.isBottomUp {
      let address = (start + (conditions.alignment - 1)) & mask
      if address >= start, address < end, end - address >= conditions.size { return (address, nil) }
    } else {
      let address = (end - conditions.size) & mask
      if address >= start { return (address, nil) }
    }
    return (
      nil, "large enough, but not at a multiple of 0x\(String(conditions.alignment, radix: 16))"
    )
  }

  private static func title(_ conditions: Conditions) -> String {
    var title = "\(conditions.isBottomUp ? "from the lowest gap up" : "from the highest gap down")"
    title += ", in 0x\(String(conditions.start, radix: 16))-"
    title += conditions.end == .max ? "max" : "0x\(String(conditions.end &- 1, radix: 16))"
    if conditions.node.isValid { title += ", on node \(conditions.node.value)" }
    if !conditions.flags.isEmpty { title += ", mirrored" }
    return title
  }
}
