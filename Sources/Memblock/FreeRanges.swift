public import Addressing

/// A run of memory, and the node it is on.
@frozen
public struct MemoryRange: Hashable, Sendable, BitwiseCopyable {
  /// The address of the first byte.
  public let start: PhysicalAddress

  /// The address just past the last byte.
  public let end: PhysicalAddress

  /// The node of the memory; `.unset` where nobody has set one.
  public let node: NodeID

  @inline(__always)
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
  private let memory: RegionView
  private let reserved: RegionView
  private let filter: RegionFilter?
  var region = 0
  var gap = 0

  @_lifetime(copy memory, copy reserved)
  init(_ memory: RegionView, _ reserved: RegionView, _ filter: RegionFilter?) {
    self.memory = memory
    self.reserved = reserved
    self.filter = filter
  }

  /// The next range; `nil` after the last. O(1) amortised.
  public mutating func next() -> MemoryRange? {
    while region < memory.count {
      let attributes = memory.attributes(region)
      if let filter, filter.skips(attributes) {
        region &+= 1
        continue
      }
      let extent = memory.extent(region)
      while gap <= reserved.count {
        let base = gap > 0 ? reserved.extent(gap &- 1).end : 0
        if base >= extent.end { break }
        let end = gap < reserved.count ? reserved.extent(gap).base : .max
        if extent.base < end {
          if extent.end <= end { region &+= 1 } else { gap &+= 1 }
          return MemoryRange(max(extent.base, base), min(extent.end, end), attributes.node)
        }
        gap &+= 1
      }
      region &+= 1
    }
    return nil
  }
}

/// What is in one table and not in another, downwards. Linux:
/// `for_each_free_mem_range_reverse`.
public struct ReversedFreeRanges: ~Escapable {
  private let memory: RegionView
  private let reserved: RegionView
  private let filter: RegionFilter?
  var region: Int
  var gap: Int

  @_lifetime(copy memory, copy reserved)
  init(_ memory: RegionView, _ reserved: RegionView, _ filter: RegionFilter?) {
    self.memory = memory
    self.reserved = reserved
    self.filter = filter
    region = memory.count &- 1
    gap = reserved.count
  }

  /// The next range, below the one before; `nil` after the last. O(1) amortised.
  public mutating func next() -> MemoryRange? {
    while region >= 0 {
      let attributes = memory.attributes(region)
      if let filter, filter.skips(attributes) {
        region &-= 1
        continue
      }
      let extent = memory.extent(region)
      while gap >= 0 {
        let end = gap < reserved.count ? reserved.extent(gap).base : .max
        if end <= extent.base { break }
        let base = gap > 0 ? reserved.extent(gap &- 1).end : 0
        if extent.end > base {
          if extent.base >= base { region &-= 1 } else { gap &-= 1 }
          return MemoryRange(max(extent.base, base), min(extent.end, end), attributes.node)
        }
        gap &-= 1
      }
      region &-= 1
    }
    return nil
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

  /// The physical memory that is not in `memory`, or not in `reserved`. Linux:
  /// `for_each_physmem_range`.
  @_lifetime(borrow self)
  public func physmemRanges(outside type: RegionType) throws(MemblockError) -> FreeRanges {
    try requireLive()
    let other = type == .memory ? memoryTable.view : reservedTable.view
    return FreeRanges(physmemTable.view, other, nil)
  }
}
