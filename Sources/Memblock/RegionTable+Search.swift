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

  /// The first of the sorted slots whose region ends above `address`; the end of the range where
  /// none does. The loop has no branch that depends on the data.
  @inline(__always)
  private static func firstSlot(
    endingAbove address: UInt64, in slots: Range<Int>, _ extents: Span<Extent>
  ) -> Int {
    var first = slots.lowerBound
    var length = slots.count
    while length > 0 {
      let half = length / 2
      let isBelow = extents[first &+ half].end <= address
      first = isBelow ? first &+ (length &- half) : first
      length = half
    }
    return first
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
