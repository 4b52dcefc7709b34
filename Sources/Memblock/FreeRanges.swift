public import Addressing

/// A run of memory, and the node it is on.
@frozen
public struct NodeRange: Hashable, Sendable, BitwiseCopyable {
  /// The address of the first byte.
  public let start: PhysicalAddress

  /// The address just past the last byte.
  public let end: PhysicalAddress

  /// The node of the memory; `.unset` where nobody has set one.
  public let node: NodeID

  @inlinable @inline(__always)
  init(_ start: UInt64, _ end: UInt64, _ node: NodeID) {
    self.start = PhysicalAddress(start)
    self.end = PhysicalAddress(end)
    self.node = node
  }

  /// The bytes of the run.
  @inlinable public var range: AddressRange { AddressRange(from: start, to: end) }
}

/// What is in one table and not in another, upwards: memory that is not reserved.
///
/// As in Linux, there is an empty range between two reservations that touch and did not merge.
/// Linux: `for_each_free_mem_range`, `for_each_physmem_range`.
public struct FreeRanges: ~Escapable {
  @usableFromInline let memory: RegionView
  @usableFromInline let reserved: RegionView
  @usableFromInline let filter: RegionFilter?

  /// The next region of memory.
  @usableFromInline var index: Int
  /// What is left of the current one, and its node.
  @usableFromInline var region = Extent(base: 0, end: 0)
  @usableFromInline var node = NodeID.unset
  /// The current gap between reservations, and the slot of the reservation that ends it.
  @usableFromInline var gap: Extent
  @usableFromInline var slot: Int

  @_lifetime(copy memory, copy reserved)
  init(
    _ memory: RegionView, _ reserved: RegionView, _ filter: RegionFilter?,
    at position: RangePosition = RangePosition(region: 0, gap: 0)
  ) {
    self.memory = memory
    self.reserved = reserved
    self.filter = filter
    index = position.region
    slot = reserved.slot(position.gap)
    gap = reserved.gap(position.gap)
  }

  /// How far this has come.
  var position: RangePosition {
    RangePosition(
      region: region.end == 0 ? index : index - 1,
      gap: slot < reserved.slackStart ? slot : slot - reserved.slack)
  }

  /// The next range; `nil` after the last. O(1) amortised.
  @inlinable
  public mutating func next() -> NodeRange? {
    while true {
      if gap.base < region.end {
        let base = max(region.base, gap.base)
        if region.end <= gap.end {
          let end = region.end
          region.end = 0
          return NodeRange(base, end, node)
        } else {
          let isInside = region.base < gap.end
          let end = gap.end
          advanceGap()
          if isInside { return NodeRange(base, end, node) }
          continue
        }
      }
      if !advanceRegion() { return nil }
    }
  }

  @inlinable @inline(__always)
  mutating func advanceGap() {
    gap.base = reserved.extents[slot].end
    slot &+= 1
    if slot == reserved.slackStart { slot &+= reserved.slack }
    gap.end = slot < reserved.maximumCount ? reserved.extents[slot].base : .max
  }

  @inlinable @inline(__always)
  mutating func advanceRegion() -> Bool {
    while index < memory.count {
      let attributes = memory.attributes(index)
      let extent = memory.extent(index)
      index &+= 1
      if let filter, filter.skips(attributes) { continue }
      region = extent
      node = attributes.node
      return true
    }
    return false
  }
}

extension Memblock {
  /// The free memory, upwards.
  ///
  /// ```swift
  /// var ranges = try memblock.freeRanges()
  /// while let range = ranges.next() { … }
  /// ```
  ///
  /// - Parameters:
  ///   - node: The node to keep to, or `.none`.
  ///   - flags: What kinds of memory are wanted that would be left out.
  @_lifetime(borrow self)
  public func freeRanges(
    node: NodeID = .none, flags: RegionFlags = .none
  ) throws(MemblockError) -> FreeRanges {
    try requireLive()
    return FreeRanges(
      memoryTable.view, reservedTable.view, regionFilter(node, flags))
  }

  /// The free memory, downwards.
  @_lifetime(borrow self)
  public func reversedFreeRanges(
    node: NodeID = .none, flags: RegionFlags = .none
  ) throws(MemblockError) -> ReversedFreeRanges {
    try requireLive()
    return ReversedFreeRanges(
      memoryTable.view, reservedTable.view, regionFilter(node, flags))
  }
}
