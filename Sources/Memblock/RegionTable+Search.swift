extension RegionTable {
  /// The index of the lowest region that ends above `address`, `count` where none does: the
  /// one that holds the byte there, or the first above it. O(log n).
  @inline(__always)
  func firstIndex(endingAbove address: UInt64) -> Int {
    let extents = storage.extents
    let slackEnd = slackStart &+ slack
    if slackStart > 0, extents[slackStart &- 1].end > address {
      return Self.firstSlot(endingAbove: address, in: 0..<slackStart &- 1, extents)
    }
    if slackStart == count || extents[slackEnd].end > address { return slackStart }
    return Self.firstSlot(endingAbove: address, in: slackEnd &+ 1..<capacity, extents) &- slack
  }

  /// The same, found at once where it is the first region or above all: where searches for a
  /// place mostly start.
  @inline(__always)
  func firstIndexAtEnds(endingAbove address: UInt64) -> Int {
    if count > 0 {
      if extent(count &- 1).end <= address { return count }
      if extent(0).end > address { return 0 }
    }
    return firstIndex(endingAbove: address)
  }

  /// The first of the sorted slots whose region ends above `address`; the end of the range where
  /// none does.
  ///
  /// Four parts at a time: three comparisons whose results are added up, so that no branch
  /// depends on what the table holds. Halving with a condition, which the compiler makes a
  /// branch of, takes twice the time in a table of 10,000.
  @inline(__always)
  private static func firstSlot(
    endingAbove address: UInt64, in slots: Range<Int>, _ extents: Span<Extent>
  ) -> Int {
    var first = slots.lowerBound
    var length = slots.count
    while length > 3 {
      let quarter = length &>> 2
      let below =
        isBelow(extents[first &+ quarter], address)
        &+ isBelow(extents[first &+ 2 &* quarter], address)
        &+ isBelow(extents[first &+ 3 &* quarter], address)
      first &+= below &* quarter
      length &-= 3 &* quarter
    }
    let end = first &+ length
    var slot = first
    for rest in first..<end { slot &+= isBelow(extents[rest], address) }
    return slot
  }

  /// 1 where the region ends at or below `address`, else 0.
  @inline(__always)
  private static func isBelow(_ extent: Extent, _ address: UInt64) -> Int {
    extent.end <= address ? 1 : 0
  }

  /// The index of the highest region that starts below `address`, which is not 0; −1 where
  /// there is none. O(log n).
  @inline(__always)
  func lastIndex(startingBelow address: UInt64) -> Int {
    let index = firstIndex(endingAbove: address &- 1)
    return index < count && extent(index).base < address ? index : index &- 1
  }

  /// The index of the region that holds the byte at `address`. Linux: `memblock_search`.
  @inline(__always)
  func index(of address: UInt64) -> Int? {
    let index = firstIndex(endingAbove: address)
    return index < count && extent(index).base <= address ? index : nil
  }

  /// Whether a region shares a byte with `extent`, or has an empty one strictly inside.
  /// Linux: `memblock_overlaps_region`.
  func overlaps(_ other: Extent) -> Bool {
    let index = firstIndex(endingAbove: other.base)
    return index < count && extent(index).base < other.end
  }
}
