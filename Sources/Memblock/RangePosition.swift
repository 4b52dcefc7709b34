import Addressing

/// How far an iteration over ranges has come, for a caller who can't keep an iterator: C's loop
/// variable.
package struct RangePosition {
  /// The region of the first table to look at next.
  package var region: Int

  /// The gap of the second table to look at next.
  package var gap: Int

  package init(region: Int, gap: Int) {
    self.region = region
    self.gap = gap
  }
}

extension Memblock {
  /// Where an iteration downwards starts.
  package func lastPosition(in type: RegionType, outside other: RegionType?) -> RangePosition {
    RangePosition(region: view(of: type).count - 1, gap: other.map { view(of: $0).count } ?? 0)
  }

  /// Whether an iteration can have come there: what a caller made up may lie outside the tables.
  package func isPosition(
    _ position: RangePosition, in type: RegionType, outside other: RegionType?
  ) -> Bool {
    let gaps = other.map { view(of: $0).count } ?? .max
    return position.region >= -1 && position.region <= view(of: type).count
      && position.gap >= 0 && position.gap <= gaps
  }

  /// The next range of one table that is not in another, or of that one table; `nil` after the
  /// last. Linux: `__next_mem_range`, `__next_mem_range_rev`.
  package func range(
    at position: inout RangePosition, in type: RegionType, outside other: RegionType?,
    node: NodeID, flags: RegionFlags, backwards: Bool
  ) -> NodeRange? {
    // Only memory has kinds; reservations and physical memory are all seen.
    let filter = type == .memory ? regionFilter(node, flags) : nil
    guard let other else {
      return region(at: &position, view(of: type), filter, step: backwards ? -1 : 1)
    }
    return backwards
      ? rangeBelow(&position, view(of: type), view(of: other), filter)
      : rangeAbove(&position, view(of: type), view(of: other), filter)
  }

  /// The next whole frames of memory; `nil` after the last. Linux: `__next_mem_pfn_range`.
  package func frames(at position: inout RangePosition, node: NodeID) -> FrameRange? {
    var ranges = FrameRanges(memoryTable.view, node)
    ranges.index = position.region
    let found = ranges.next()
    position.region = ranges.index
    return found
  }

  @_lifetime(borrow self)
  private func view(of type: RegionType) -> RegionView {
    switch type {
    case .memory: memoryTable.view
    case .reserved: reservedTable.view
    #if !WithoutPhysmem
      case .physmem: physmemTable.view
    #endif
    }
  }

  private func rangeAbove(
    _ position: inout RangePosition, _ table: RegionView, _ other: RegionView,
    _ filter: RegionFilter?
  ) -> NodeRange? {
    var ranges = FreeRanges(table, other, filter, at: position)
    let found = ranges.next()
    position = ranges.position
    return found
  }

  private func rangeBelow(
    _ position: inout RangePosition, _ table: RegionView, _ other: RegionView,
    _ filter: RegionFilter?
  ) -> NodeRange? {
    var ranges = ReversedFreeRanges(table, other, filter, at: position)
    let found = ranges.next()
    position = ranges.position
    return found
  }

  private func region(
    at position: inout RangePosition, _ table: RegionView, _ filter: RegionFilter?, step: Int
  ) -> NodeRange? {
    while position.region >= 0 && position.region < table.count {
      let extent = table.extent(position.region)
      let attributes = table.attributes(position.region)
      position.region += step
      if let filter, filter.skips(attributes) { continue }
      return NodeRange(extent.base, extent.end, attributes.node)
    }
    return nil
  }
}
