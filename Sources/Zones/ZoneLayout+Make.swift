public import Addressing

/// A region of memory as the layout takes it: bytes, a node, and two of memblock's flags.
public struct LayoutRegion: Sendable {
  /// The bytes; what is not a whole frame at either end is left out.
  public var range: AddressRange
  /// The node; `.none` counts as node 0.
  public var node: NodeID
  /// Whether the memory may be unplugged.
  public var isHotPluggable: Bool
  /// Whether the memory is mirrored.
  public var isMirrored: Bool

  /// Makes a region.
  public init(
    _ range: AddressRange, node: NodeID, isHotPluggable: Bool = false, isMirrored: Bool = false
  ) {
    self.range = range
    self.node = node
    self.isHotPluggable = isHotPluggable
    self.isMirrored = isMirrored
  }
}

/// Why no layout could be made.
public enum LayoutError: Error, Equatable, Sendable {
  /// Not one whole frame of memory.
  case noMemory
}

extension ZoneLayout {
  /// The bytes that the tables of a layout take, for that many regions. Aligned for any table.
  public static func storageSize(forRegions count: Int) -> UInt64 {
    // At most a node and a range to a region. A piece to a range, one more for each boundary
    // between kinds, and one more for each node's zone Movable.
    storageSize(nodes: count, ranges: count)
  }

  private static func storageSize(nodes: Int, ranges: Int) -> UInt64 {
    PhysicalTable<NodeLayout>.size(of: nodes) + PhysicalTable<MemoryRange>.size(of: ranges)
      + PhysicalTable<Piece>.size(of: ranges + nodes + 2)
  }

  /// Makes a layout of regions that are sorted by address and don't overlap.
  ///
  /// - Parameters:
  ///   - count: The number of regions.
  ///   - options: What the command line says about zone Movable.
  ///   - maximumOrder: The largest order that the page allocator will have, 10 to 18.
  ///   - window: Shows the memory at `storage`.
  ///   - storage: `storageSize(forRegions:)` bytes that the layout may keep, aligned to 16.
  ///   - region: Gives the region at an index.
  /// - Throws: `LayoutError.noMemory` where the regions hold no whole frame.
  /// - Complexity: O(regions × nodes).
  public init(
    ofRegions count: Int, options: MovableOptions = MovableOptions(),
    maximumOrder: Int = ZoneLayout.defaultMaximumOrder,
    in window: PhysicalMemoryWindow, at storage: PhysicalAddress, region: (Int) -> LayoutRegion
  ) throws(LayoutError) {
    precondition(
      maximumOrder >= 1 && maximumOrder <= ZoneLayout.largestMaximumOrder,
      "the maximum order must be 1 to 18")
    let counts = Self.count(count, region: region)
    guard counts.ranges > 0 else { throw .noMemory }
    self.options = options
    self.maximumOrder = maximumOrder
    nodes = PhysicalTable(uninitialized: counts.nodes, in: window, at: storage)
    let rangeStorage = storage + PhysicalTable<NodeLayout>.size(of: counts.nodes)
    ranges = PhysicalTable(uninitialized: counts.ranges, in: window, at: rangeStorage)
    pieces = PhysicalTable(
      uninitialized: counts.ranges + counts.nodes + 2, in: window,
      at: rangeStorage + PhysicalTable<MemoryRange>.size(of: counts.ranges))
    fillNodes(count, region: region)
    fillRanges(count, region: region)
    placeKinds()
    placeMovable()
    measureZones()
    cutPieces()
  }

  /// How many regions have a whole frame, and how many nodes these are on.
  private static func count(
    _ count: Int, region: (Int) -> LayoutRegion
  ) -> (nodes: Int, ranges: Int) {
    var nodes = 0
    var ranges = 0
    for index in 0..<count where region(index).range.wholeFrames != nil {
      ranges += 1
      if !isNodeSeen(region(index).number, before: index, region: region) { nodes += 1 }
    }
    return (nodes, ranges)
  }

  private static func isNodeSeen(
    _ number: UInt32, before end: Int, region: (Int) -> LayoutRegion
  ) -> Bool {
    for index in 0..<end
    where region(index).number == number && region(index).range.wholeFrames != nil {
      return true
    }
    return false
  }

  /// Fills the nodes in the order of their numbers.
  private func fillNodes(_ count: Int, region: (Int) -> LayoutRegion) {
    var filled = 0
    for index in 0..<count where region(index).range.wholeFrames != nil {
      let number = region(index).number
      var place = filled
      while place > 0, nodes[place - 1].number >= number { place -= 1 }
      if place < filled, nodes[place].number == number { continue }
      for moved in (place..<filled).reversed() { nodes[moved + 1] = nodes[moved] }
      nodes[place] = NodeLayout(number: number)
      filled += 1
    }
  }

  private func fillRanges(_ count: Int, region: (Int) -> LayoutRegion) {
    var filled = 0
    for index in 0..<count {
      let region = region(index)
      guard let frames = region.range.wholeFrames else { continue }
      var node = 0
      while nodes[node].number != region.number { node += 1 }
      let start = frames.lowerBound.value
      let end = frames.upperBound.value
      ranges[filled] = MemoryRange(
        start: start, end: end, nodeIndex: UInt32(node),
        flags: (region.isHotPluggable ? MemoryRange.hotPluggable : 0)
          | (region.isMirrored ? MemoryRange.mirrored : 0))
      nodes[node].start = min(nodes[node].start, start)
      nodes[node].end = max(nodes[node].end, end)
      filled += 1
    }
  }
}

extension LayoutRegion {
  /// The node's number, with no node in particular counted as node 0.
  fileprivate var number: UInt32 { UInt32(max(node.value, 0)) }
}
