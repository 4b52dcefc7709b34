public import Addressing

/// A part of a region, and the node it is on.
@frozen
public struct RegionRange: Hashable, Sendable, BitwiseCopyable {
  /// The address of the first byte.
  public let start: PhysicalAddress

  /// The address just past the last byte.
  public let end: PhysicalAddress

  /// The node of the memory; `.unset` where nobody has set one.
  public let node: NodeID

  @inlinable @inline(__always)
  init(_ extent: Extent, _ node: NodeID) {
    start = PhysicalAddress(extent.base)
    end = PhysicalAddress(extent.end)
    self.node = node
  }

  /// The bytes of the range.
  @inlinable public var range: AddressRange { AddressRange(from: start, to: end) }
}

/// Whole frames of memory, and the node they are on.
@frozen
public struct FrameRange: Hashable, Sendable {
  /// The frames that lie wholly inside of a region.
  public let frames: Range<PageFrameNumber>

  /// The node of the region; `.unset` where nobody has set one.
  public let node: NodeID
}

/// Visiting ranges of memory. Nothing is copied; each visit of all takes O(n) in the regions.
/// What the body throws ends the visit.
extension Memblock {
  /// Visits the free memory: what is in `memory` and not reserved.
  ///
  /// There is an empty range between two reservations that touch and have not merged.
  ///
  /// ```swift
  /// memblock.forEachFreeRange { range in print(range.start, range.end) }
  /// ```
  ///
  /// Linux: `for_each_free_mem_range`, `for_each_free_mem_range_reverse`.
  ///
  /// - Parameters:
  ///   - direction: Whether the lowest range comes first or the highest.
  ///   - node: The node to keep to, or `.none`.
  ///   - flags: What kinds of memory are wanted that would be left out.
  ///   - body: Takes a range, in bytes.
  @inlinable
  public func forEachFreeRange<Failure: Error>(
    _ direction: Direction = .upwards, node: NodeID = .none, flags: RegionFlags = .none,
    _ body: (RegionRange) throws(Failure) -> Void
  ) throws(Failure) {
    switch direction {
    case .upwards:
      var ranges = freeRanges(Upwards.self, node, flags)
      while let range = ranges.next() { try body(range) }
    case .downwards:
      var ranges = freeRanges(Downwards.self, node, flags)
      while let range = ranges.next() { try body(range) }
    }
  }

  /// The lowest free memory that is in `bounds`, cut to them; `nil` where there is none. O(n).
  public func firstFreeRange(in bounds: AddressRange) -> AddressRange? {
    var ranges = freeRanges(Upwards.self, .none, .none)
    while let range = ranges.next() {
      let part = Extent(range.range).intersection(Extent(bounds))
      if part.base < part.end { return part.range }
    }
    return nil
  }

  /// Visits the memory that the kernel maps, hot-pluggable and driver-managed memory included.
  ///
  /// Linux: `for_each_mem_range`, `for_each_mem_range_rev`.
  public func forEachMemoryRange<Failure: Error>(
    _ direction: Direction = .upwards, _ body: (RegionRange) throws(Failure) -> Void
  ) throws(Failure) {
    let filter = regionFilter(.none, .hotplug.union(.driverManaged))
    switch direction {
    case .upwards: try memory.forEach(Upwards.self, filter, body)
    case .downwards: try memory.forEach(Downwards.self, filter, body)
    }
  }

  /// Visits the reservations, upwards. Linux: `for_each_reserved_mem_range`.
  public func forEachReservedRange<Failure: Error>(
    _ body: (RegionRange) throws(Failure) -> Void
  ) throws(Failure) {
    try reserved.forEach(Upwards.self, nil, body)
  }

  /// Visits the whole frames of memory on a node, or on all with `.none`, upwards. Regions
  /// without a whole frame are left out. Linux: `for_each_mem_pfn_range`.
  public func forEachFrameRange<Failure: Error>(
    node: NodeID = .none, _ body: (FrameRange) throws(Failure) -> Void
  ) throws(Failure) {
    var index = 0
    while let range = memory.nextFrames(from: &index, node) { try body(range) }
  }

  /// Visits the whole free frames of a zone, upwards: those of a node, or of all with `.none`,
  /// that are in `zone`. What must not be mapped, can be unplugged while that is kept free, or a
  /// driver manages is left out.
  ///
  /// Linux 6.12: `for_each_free_mem_pfn_range_in_zone_from`.
  ///
  /// - Parameters:
  ///   - node: The zone's node.
  ///   - zone: The zone's frames.
  ///   - body: Gets the frames of each range, never empty.
  public func forEachFreeFrameRange<Failure: Error>(
    node: NodeID, in zone: Range<PageFrameNumber>,
    _ body: (Range<PageFrameNumber>) throws(Failure) -> Void
  ) throws(Failure) {
    var ranges = freeRanges(Upwards.self, node, .none)
    while let range = ranges.next() {
      guard let frames = Extent(range.range).wholeFrames, frames.upperBound > zone.lowerBound
      else { continue }
      if frames.lowerBound >= zone.upperBound { return }
      try body(max(frames.lowerBound, zone.lowerBound)..<min(frames.upperBound, zone.upperBound))
    }
  }

  #if !WithoutPhysmem
    /// Visits the physical memory that is in no region of another table, upwards. Linux:
    /// `for_each_physmem_range`.
    public func forEachPhysmemRange<Failure: Error>(
      outside type: RegionType, _ body: (RegionRange) throws(Failure) -> Void
    ) throws(Failure) {
      var ranges = FreeRangeIterator<Upwards>(physmem, regions(type), nil)
      while let range = ranges.next() { try body(range) }
    }
  #endif

  @usableFromInline @_lifetime(borrow self)
  func freeRanges<W: Way>(
    _: W.Type, _ node: NodeID, _ flags: RegionFlags
  ) -> FreeRangeIterator<W> {
    FreeRangeIterator(memory, reserved, regionFilter(node, flags))
  }
}

extension RegionView {
  fileprivate func forEach<W: Way, Failure: Error>(
    _: W.Type, _ filter: RegionFilter?, _ body: (RegionRange) throws(Failure) -> Void
  ) throws(Failure) {
    var index = W.isUpwards ? 0 : count - 1
    while let region = nextRegion(W.self, from: &index, filter) {
      try body(RegionRange(region.extent, region.node))
    }
  }

  fileprivate func nextFrames(from index: inout Int, _ node: NodeID) -> FrameRange? {
    while let region = nextRegion(Upwards.self, from: &index, nil) {
      if node.isValid && region.node != node { continue }
      if let frames = region.extent.wholeFrames {
        return FrameRange(frames: frames, node: region.node)
      }
    }
    return nil
  }
}

extension Extent {
  /// The frames that lie wholly inside; `nil` where there is none. In the last frame of the address
  /// space a start is rounded up to frame 0: Linux's `PFN_UP`, with its wrap.
  var wholeFrames: Range<PageFrameNumber>? {
    let first = PageFrameNumber((base &+ (PageFrameNumber.size &- 1)) >> PageFrameNumber.shift)
    let end = PageFrameNumber(containing: PhysicalAddress(end))
    return first < end ? first..<end : nil
  }
}

// MARK: Single steps, for C's loops

extension Memblock {
  /// The next range of one table that is not in another, or of that one table. `nil` after the
  /// last, and from a position that no iteration comes to, such as one that a caller made up.
  ///
  /// Linux: `__next_mem_range`, `__next_mem_range_rev`.
  ///
  /// - Parameters:
  ///   - position: How far the iteration has come; `nil` at its start.
  ///   - type: The table with the ranges.
  ///   - other: The table whose regions are left out.
  ///   - node: The node to keep to, or `.none`; for `memory` only, as `flags`.
  ///   - flags: What kinds of memory are wanted that would be left out.
  ///   - direction: Whether the lowest range comes first or the highest.
  package func range(
    at position: inout RangePosition?, in type: RegionType, outside other: RegionType?,
    node: NodeID, flags: RegionFlags, _ direction: Direction
  ) -> RegionRange? {
    switch direction {
    case .upwards: range(Upwards.self, &position, type, other, node, flags)
    case .downwards: range(Downwards.self, &position, type, other, node, flags)
    }
  }

  private func range<W: Way>(
    _: W.Type, _ position: inout RangePosition?, _ type: RegionType, _ other: RegionType?,
    _ node: NodeID, _ flags: RegionFlags
  ) -> RegionRange? {
    let view = regions(type)
    let gaps = other.map { regions($0).count } ?? 0
    var current = position ?? .start(W.self, regions: view.count, gaps: gaps)
    // Past the last region there is one more position: above all, or below all.
    let visited = W.isUpwards ? current.region : current.region + 1
    guard (0...view.count).contains(visited), other == nil || (0...gaps).contains(current.gap)
    else { return nil }
    defer { position = current }
    // Only memory has kinds; reservations and physical memory are all visited.
    let filter = type == .memory ? regionFilter(node, flags) : nil
    guard let other else {
      return view.nextRegion(W.self, from: &current.region, filter)
        .map { RegionRange($0.extent, $0.node) }
    }
    var ranges = FreeRangeIterator<W>(view, regions(other), filter, at: current)
    defer { current = ranges.position }
    return ranges.next()
  }

  /// The next whole frames of memory, from region `index` on, which goes past them; `nil` after
  /// the last. Linux: `__next_mem_pfn_range`.
  package func frames(from index: inout Int, node: NodeID) -> FrameRange? {
    memory.nextFrames(from: &index, node)
  }
}
