import Addressing

/// What a place must satisfy.
struct PlaceRequest {
  var size: UInt64
  var alignment: UInt64
  /// The place must lie in here; never address 0, nor anything in the first page.
  var bounds: Extent
  var node: NodeID
  var flags: RegionFlags

  /// The bounds as Linux narrows them: the first page is never given away.
  var narrowed: Extent {
    let base = max(bounds.base, PageFrameNumber.size)
    return Extent(base: base, end: max(base, bounds.end))
  }
}

/// A place that was found, and the index of the gap between reservations it is in.
struct FreePlace {
  let address: UInt64
  let gap: Int
}

extension Memblock {
  /// Finds a place that is in `memory` and not in `reserved`: the highest one that fits, or the
  /// lowest. O(log n) in the reservations, times the candidates that only alignment rules out.
  ///
  /// Linux: `memblock_find_in_range_node`, which tries all gaps in turn.
  mutating func findPlace(_ request: PlaceRequest) -> FreePlace? {
    if request.size == 0 || isBottomUp && !request.isAlignmentPowerOfTwo {
      return findPlaceByTrying(request)
    }
    reservedTable.updateFreeSpace(of: &memoryTable)
    return isBottomUp ? findLowestPlace(request) : findHighestPlace(request)
  }

  private mutating func findHighestPlace(_ request: PlaceRequest) -> FreePlace? {
    let bounds = request.narrowed
    if bounds.size < request.size { return nil }
    let filter = regionFilter(request.node, request.flags)
    let wanted = GapRequest(size: request.size, alignment: request.alignment)
    var ceiling = bounds.end
    var index = reservedTable.firstIndexAtEnds(endingAbove: ceiling &- 1)
    while let candidate = reservedTable.lastGap(from: index, fitting: wanted, memoryTable) {
      let gap = reservedTable.gap(candidate)
      if gap.end <= bounds.base { return nil }
      let base = max(gap.base, bounds.base)
      let end = min(gap.end, ceiling)
      var region = memoryTable.lastIndex(startingBelow: end)
      while region >= 0 {
        let extent = memoryTable.extent(region)
        if extent.end <= base { break }
        if !filter.skips(memoryTable.attributes(region)),
          let address = request.highestAddress(in: extent, from: base, to: end)
        {
          return FreePlace(address: address, gap: candidate)
        }
        if extent.base <= base { break }
        region -= 1
      }
      reservedTable.reconsiderGap(candidate, memoryTable)
      // Leap over all gaps above the next region that qualifies.
      while region >= 0, filter.skips(memoryTable.attributes(region)) { region -= 1 }
      if region < 0 || candidate == 0 { return nil }
      index = candidate - 1
      ceiling = min(ceiling, memoryTable.extent(region).end)
      if ceiling <= reservedTable.gap(index).base {
        index = reservedTable.firstIndex(endingAbove: ceiling &- 1)
      }
    }
    return nil
  }

  private mutating func findLowestPlace(_ request: PlaceRequest) -> FreePlace? {
    let bounds = request.narrowed
    if bounds.size < request.size { return nil }
    let filter = regionFilter(request.node, request.flags)
    let wanted = GapRequest(size: request.size, alignment: request.alignment)
    var floor = bounds.base
    var index = reservedTable.firstIndexAtEnds(endingAbove: floor)
    while let candidate = reservedTable.firstGap(from: index, fitting: wanted, memoryTable) {
      let gap = reservedTable.gap(candidate)
      if gap.base >= bounds.end { return nil }
      let base = max(gap.base, floor)
      let end = min(gap.end, bounds.end)
      var region = memoryTable.firstIndex(endingAbove: base)
      while region < memoryTable.count {
        let extent = memoryTable.extent(region)
        if extent.base >= end { break }
        if !filter.skips(memoryTable.attributes(region)),
          let address = request.lowestAddress(in: extent, from: base, to: end)
        {
          return FreePlace(address: address, gap: candidate)
        }
        if extent.end >= end { break }
        region += 1
      }
      reservedTable.reconsiderGap(candidate, memoryTable)
      while region < memoryTable.count, filter.skips(memoryTable.attributes(region)) { region += 1 }
      if region == memoryTable.count || candidate == reservedTable.count { return nil }
      index = candidate + 1
      floor = max(floor, memoryTable.extent(region).base)
      if floor >= reservedTable.gap(index).end {
        index = reservedTable.firstIndex(endingAbove: floor)
      }
    }
    return nil
  }

  /// Tries all free ranges in turn, as Linux does, where its answer hangs on ranges that have
  /// no room. A request of no bytes gets the first address that it comes by, which may even lie
  /// outside all memory, at the bound. And where rounding up to an alignment that is no power of
  /// two passes 2^64, the search ends with address 0, which is nothing.
  private func findPlaceByTrying(_ request: PlaceRequest) -> FreePlace? {
    let bounds = request.narrowed
    let filter = regionFilter(request.node, request.flags)
    if isBottomUp {
      var ranges = FreeRanges(memoryTable.view, reservedTable.view, filter)
      while let range = ranges.next() {
        let start = min(max(range.start.value, bounds.base), bounds.end)
        let end = min(max(range.end.value, bounds.base), bounds.end)
        let address = request.roundedUp(start)
        if address < end && end &- address >= request.size { return freePlace(at: address) }
      }
    } else {
      var ranges = ReversedFreeRanges(
        memoryTable.view, reservedTable.view, filter)
      while let range = ranges.next() {
        let start = min(max(range.start.value, bounds.base), bounds.end)
        let end = min(max(range.end.value, bounds.base), bounds.end)
        if end < request.size { continue }
        let address = request.roundedDown(end &- request.size)
        if address >= start { return freePlace(at: address) }
      }
    }
    return nil
  }

  private func freePlace(at address: UInt64) -> FreePlace? {
    if address == 0 { return nil }
    return FreePlace(address: address, gap: reservedTable.firstIndex(endingAbove: address))
  }
}

extension PlaceRequest {
  fileprivate var isAlignmentPowerOfTwo: Bool { alignment & (alignment &- 1) == 0 }

  /// Rounds as Linux does, bit by bit, whatever the alignment is; past 2^64 comes 0.
  @inline(__always)
  fileprivate func roundedUp(_ address: UInt64) -> UInt64 {
    ((address &- 1) | (alignment &- 1)) &+ 1
  }

  @inline(__always)
  fileprivate func roundedDown(_ address: UInt64) -> UInt64 {
    address & ~(alignment &- 1)
  }

  @inline(__always)
  fileprivate func highestAddress(
    in region: Extent, from floor: UInt64, to ceiling: UInt64
  ) -> UInt64? {
    let base = max(region.base, floor)
    let end = min(region.end, ceiling)
    if base >= end || end &- base < size { return nil }
    let address = roundedDown(end &- size)
    return address >= base ? address : nil
  }

  @inline(__always)
  fileprivate func lowestAddress(
    in region: Extent, from floor: UInt64, to ceiling: UInt64
  ) -> UInt64? {
    let base = max(region.base, floor)
    let end = min(region.end, ceiling)
    let address = roundedUp(base)
    if address < base || address >= end || end &- address < size { return nil }
    return address
  }
}
