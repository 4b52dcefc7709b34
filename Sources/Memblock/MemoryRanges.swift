public import Addressing

/// The regions of a table that qualify, as ranges. Linux: `for_each_mem_range`,
/// `for_each_reserved_mem_range`.
public struct TableRanges: ~Escapable {
  private let table: RegionView
  private let filter: RegionFilter?
  private var index = 0

  @_lifetime(copy table)
  init(_ table: RegionView, _ filter: RegionFilter?) {
    self.table = table
    self.filter = filter
  }

  /// The next range upwards; `nil` after the last.
  public mutating func next() -> NodeRange? {
    while index < table.count {
      let attributes = table.attributes(index)
      let extent = table.extent(index)
      index &+= 1
      if let filter, filter.skips(attributes) { continue }
      return NodeRange(extent.base, extent.end, attributes.node)
    }
    return nil
  }
}

/// The regions of a table that qualify, downwards. Linux: `for_each_mem_range_rev`.
public struct ReversedTableRanges: ~Escapable {
  private let table: RegionView
  private let filter: RegionFilter?
  private var index: Int

  @_lifetime(copy table)
  init(_ table: RegionView, _ filter: RegionFilter?) {
    self.table = table
    self.filter = filter
    index = table.count
  }

  /// The next range downwards; `nil` after the last.
  public mutating func next() -> NodeRange? {
    while index > 0 {
      index &-= 1
      let attributes = table.attributes(index)
      let extent = table.extent(index)
      if let filter, filter.skips(attributes) { continue }
      return NodeRange(extent.base, extent.end, attributes.node)
    }
    return nil
  }
}

/// Whole frames of memory, and the node they are on.
@frozen
public struct FrameRange: Hashable, Sendable {
  /// The frames that lie wholly inside of a region.
  public let frames: Range<PageFrameNumber>

  /// The node of the region; `.unset` where nobody has set one.
  public let node: NodeID
}

/// The whole frames of each memory region. Linux: `for_each_mem_pfn_range`.
public struct FrameRanges: ~Escapable {
  private let table: RegionView
  private let node: NodeID
  var index = 0

  @_lifetime(copy table)
  init(_ table: RegionView, _ node: NodeID) {
    self.table = table
    self.node = node
  }

  /// The next range upwards; `nil` after the last. Regions without a whole frame are left out.
  public mutating func next() -> FrameRange? {
    while index < table.count {
      let attributes = table.attributes(index)
      let extent = table.extent(index)
      index &+= 1
      if node.isValid && attributes.node != node { continue }
      let first = PageFrameNumber(wrappingUp: extent.base)
      let end = PageFrameNumber(containing: PhysicalAddress(extent.end))
      if first >= end { continue }
      return FrameRange(frames: first..<end, node: attributes.node)
    }
    return nil
  }
}

extension Memblock {
  /// The memory regions that the kernel maps, hot-pluggable and driver-managed ones included,
  /// upwards. Linux: `for_each_mem_range`.
  @_lifetime(borrow self)
  public func memoryRanges() throws(MemblockError) -> TableRanges {
    try requireLive()
    return TableRanges(
      memoryTable.view, regionFilter(.none, .hotplug.union(.driverManaged)))
  }

  /// The same downwards. Linux: `for_each_mem_range_rev`.
  @_lifetime(borrow self)
  public func reversedMemoryRanges() throws(MemblockError) -> ReversedTableRanges {
    try requireLive()
    return ReversedTableRanges(
      memoryTable.view, regionFilter(.none, .hotplug.union(.driverManaged)))
  }

  /// The reservations, upwards. Linux: `for_each_reserved_mem_range`.
  @_lifetime(borrow self)
  public func reservedRanges() throws(MemblockError) -> TableRanges {
    try requireLive()
    return TableRanges(reservedTable.view, nil)
  }

  /// The whole frames of memory, on a node or on all, upwards. Linux:
  /// `for_each_mem_pfn_range`.
  @_lifetime(borrow self)
  public func frameRanges(node: NodeID = .none) throws(MemblockError) -> FrameRanges {
    try requireLive()
    return FrameRanges(memoryTable.view, node)
  }
}
