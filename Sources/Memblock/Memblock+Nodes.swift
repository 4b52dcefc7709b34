public import Addressing

/// Which node memory is on.
extension Memblock {
  /// Gives the regions in `range` to a node, splitting those that cross an end of it. O(log n), plus
  /// the regions that are covered.
  ///
  /// Linux: `memblock_set_node`.
  ///
  /// - Throws: `.tableFull`, `.cannotGrow` or `.unreachable` where the table has no room for two more
  ///   regions, whether they are needed or not; `.invalidNode`; `.tornDown`.
  public mutating func setNode(
    _ node: NodeID, of range: AddressRange, in type: RegionType = .memory
  ) throws(MemblockError) {
    try requireLive()
    let attributes = try RegionAttributes(checking: .none, node)
    let bits = RegionAttributes(flags: .none, node: NodeID(-1)).bits
    try changeAttributes(bits, to: attributes.bits, of: range, in: type)
  }

  /// Whether the memory on no node is at most `threshold` bytes, counted in whole frames. O(n).
  ///
  /// Linux: `memblock_validate_numa_coverage`.
  public func coversNodes(exceptFor threshold: UInt64) -> Bool {
    var uncovered: UInt64 = 0
    forEachFrameRange { range in
      if !range.node.isValid { uncovered += range.frames.upperBound - range.frames.lowerBound }
    }
    uncovered <<= PageFrameNumber.shift
    if uncovered <= threshold { return true }
    log.write { line in
      line.write("NUMA: no nodes coverage for ")
      line.write(decimal: uncovered >> 20)
      line.write("MB of ")
      line.write(decimal: memoryTable.totalSize >> 20)
      line.write("MB RAM")
    }
    return false
  }

  /// The node of the memory region that a frame starts in, and the frames of that region;
  /// `nil` where there is no memory. O(log n).
  ///
  /// Linux: `memblock_search_pfn_nid`.
  public func region(holding frame: PageFrameNumber) -> FrameRange? {
    guard let index = memoryTable.slots.index(of: frame.value << PageFrameNumber.shift) else {
      return nil
    }
    let extent = memoryTable.extent(index)
    let first = PageFrameNumber(containing: PhysicalAddress(extent.base))
    let end = PageFrameNumber(containing: PhysicalAddress(extent.end))
    return FrameRange(frames: first..<end, node: memoryTable.attributes(index).node)
  }
}
