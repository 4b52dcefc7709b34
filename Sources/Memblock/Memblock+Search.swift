import Addressing

/// Free memory that was found, and the index of the gap between reservations that it is in.
struct FreeSpace {
  let address: UInt64
  let gap: Int
}

extension Memblock {
  /// Finds memory that is not reserved: at the highest address that fits, or at the lowest.
  /// O(log n) in the reservations, times the candidates that only alignment rules out.
  ///
  /// Linux: `memblock_find_in_range_node`, which tries all gaps in turn.
  mutating func findFree(_ request: AllocationRequest) -> FreeSpace? {
    if request.size == 0 || isBottomUp && !request.isAlignedExactly {
      return isBottomUp
        ? findFreeLinearly(Upwards.self, request) : findFreeLinearly(Downwards.self, request)
    }
    reservedTable.refreshFreeSpace(of: &memoryTable)
    return isBottomUp ? findFree(Upwards.self, request) : findFree(Downwards.self, request)
  }

  private mutating func findFree<W: Way>(
    _: W.Type, _ request: AllocationRequest
  ) -> FreeSpace? {
    // What is left of the bounds to search.
    var rest = request.narrowedBounds
    if rest.size < request.size { return nil }
    let filter = regionFilter(request.node, request.flags)
    let memory = memoryTable.slots
    let regions = 0..<memory.count
    var index = reservedTable.slots.firstIndexAtEnds(endingAbove: W.firstByte(of: rest))
    while let gapIndex = reservedTable.firstGap(W.self, from: index, fitting: request, memory) {
      let gap = reservedTable.slots.gap(gapIndex)
      if W.isPast(gap, rest) { return nil }
      let free = gap.intersection(rest)
      var region = memory.nearest(W.self, to: free)
      while regions.contains(region) {
        let extent = memory[region]
        if W.isPast(extent, free) { break }
        if !filter.skips(memoryTable.attributes(region)),
          let address = request.address(W.self, in: extent.intersection(free))
        {
          return FreeSpace(address: address, gap: gapIndex)
        }
        if W.endsPast(extent, free) { break }
        region += W.step
      }
      reservedTable.reconsider(gap: gapIndex, memory)
      // Leap over all gaps before the next region that qualifies.
      while regions.contains(region), filter.skips(memoryTable.attributes(region)) {
        region += W.step
      }
      index = gapIndex + W.step
      if !regions.contains(region) || index < 0 || index > reservedTable.count { return nil }
      rest = W.part(of: rest, from: memory[region])
      if W.isPast(rest, reservedTable.slots.gap(index)) {
        index = reservedTable.slots.firstIndex(endingAbove: W.firstByte(of: rest))
      }
    }
    return nil
  }

  /// Linux's linear search, for requests where ranges that have no room affect the result. One of
  /// no bytes gets the first address that it comes by, which may even lie outside all memory, at
  /// the bound. And where rounding up to an alignment that is no power of two passes 2^64, the
  /// search ends with address 0, which is nothing.
  private func findFreeLinearly<W: Way>(
    _: W.Type, _ request: AllocationRequest
  ) -> FreeSpace? {
    let bounds = request.narrowedBounds
    var ranges = FreeRangeIterator<W>(
      memory, reserved, regionFilter(request.node, request.flags))
    while let range = ranges.next() {
      let start = min(max(range.start.value, bounds.base), bounds.end)
      let end = min(max(range.end.value, bounds.base), bounds.end)
      if !W.isUpwards && end < request.size { continue }
      let address =
        W.isUpwards ? request.roundedUp(start) : request.roundedDown(end &- request.size)
      let isFree =
        W.isUpwards ? address < end && end &- address >= request.size : address >= start
      if !isFree { continue }
      if address == 0 { return nil }
      return FreeSpace(
        address: address, gap: reservedTable.slots.firstIndex(endingAbove: address))
    }
    return nil
  }
}
