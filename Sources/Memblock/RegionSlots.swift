/// How the regions of a table stand among its slots: in two runs with all the slack between
/// them, a gap buffer.
///
///     index   0  1  2                 3  4  5
///     slot    0  1  2  3  4  5  6  7  8  9  10    capacity 11, slackStart 3, slack 5
///            [a][b][c] ·  ·  ·  ·  · [d][e][f]
///
/// The slack moves to where the table changes. Changes near one another, which is what early
/// boot makes, so move little memory.
///
/// An *index* counts regions in address order. The *gap* of an index lies below that region; the
/// gap of index `count` is above all regions, and has the slot after the last.
@frozen @usableFromInline
struct SlotLayout: BitwiseCopyable {
  /// How many regions there are.
  @usableFromInline var count: Int

  /// How many of them stand below the slack.
  @usableFromInline var slackStart: Int

  /// How many slots are empty.
  @usableFromInline var slack: Int

  /// The layout of an empty table.
  @inlinable @inline(__always)
  init(capacity: Int) {
    count = 0
    slackStart = 0
    slack = capacity
  }

  /// How many regions fit.
  @inlinable @inline(__always) var capacity: Int { count &+ slack }

  /// The first slot above the slack.
  @inline(__always) var slackEnd: Int { slackStart &+ slack }

  /// The slot of a region, or of the gap below it.
  @inlinable @inline(__always)
  func slot(_ index: Int) -> Int { index < slackStart ? index : index &+ slack }

  /// The index of the region in a slot.
  @inline(__always)
  func index(ofSlot slot: Int) -> Int { slot < slackStart ? slot : slot &- slack }
}

/// Where the regions of a table lie, found by index, slot or address.
@usableFromInline
struct RegionSlots: ~Escapable {
  @usableFromInline let extents: Span<Extent>
  @usableFromInline let layout: SlotLayout

  @_lifetime(copy extents) @inline(__always)
  init(_ extents: Span<Extent>, _ layout: SlotLayout) {
    self.extents = extents
    self.layout = layout
  }

  @inlinable @inline(__always) var count: Int { layout.count }

  /// Where region `index` lies.
  @inlinable @inline(__always)
  subscript(index: Int) -> Extent { extents[layout.slot(index)] }

  /// The gap below region `index`, which is empty where two regions touch. The top gap ends at
  /// 2^64 − 1.
  @inline(__always)
  func gap(_ index: Int) -> Extent {
    Extent(
      base: index > 0 ? self[index &- 1].end : 0, end: index < count ? self[index].base : .max)
  }

  /// The gap below the region in `slot`.
  @inline(__always)
  func gap(belowSlot slot: Int) -> Extent {
    let previous = slot == layout.slackEnd ? layout.slackStart &- 1 : slot &- 1
    return Extent(
      base: previous >= 0 ? extents[previous].end : 0,
      end: slot < layout.capacity ? extents[slot].base : .max)
  }
}

// MARK: Finding a region by address

extension RegionSlots {
  /// The index of the lowest region that ends above `address`, `count` where none does: the
  /// one that holds the byte there, or the first above it. O(log n).
  #if !OPTIMIZE_FOR_SIZE
    @inline(__always)
  #endif
  func firstIndex(endingAbove address: UInt64) -> Int {
    let slackStart = layout.slackStart
    if slackStart > 0, extents[slackStart &- 1].end > address {
      return firstSlot(endingAbove: address, in: 0..<slackStart &- 1)
    }
    let slackEnd = layout.slackEnd
    if slackStart == count || extents[slackEnd].end > address { return slackStart }
    return firstSlot(endingAbove: address, in: slackEnd &+ 1..<layout.capacity) &- layout.slack
  }

  /// The same, found at once where it is the first region or above all: where most searches for
  /// free memory start.
  func firstIndexAtEnds(endingAbove address: UInt64) -> Int {
    if count > 0 {
      if self[count &- 1].end <= address { return count }
      if self[0].end > address { return 0 }
    }
    return firstIndex(endingAbove: address)
  }

  /// The index of the region that holds the byte at `address`. Linux: `memblock_search`.
  #if !OPTIMIZE_FOR_SIZE
    @inline(__always)
  #endif
  func index(of address: UInt64) -> Int? {
    let index = firstIndex(endingAbove: address)
    return index < count && self[index].base <= address ? index : nil
  }

  /// The index of the region that shares a byte with `part`, or of the next one past it, whichever
  /// comes first in the direction; −1 or `count` where there is none.
  func nearest<W: Way>(_: W.Type, to part: Extent) -> Int {
    let index = firstIndex(endingAbove: W.firstByte(of: part))
    if W.isUpwards { return index }
    return index < count && self[index].base < part.end ? index : index &- 1
  }

  /// Whether a region shares a byte with `extent`, or has an empty one strictly inside.
  /// Linux: `memblock_overlaps_region`.
  func overlaps(_ extent: Extent) -> Bool {
    let index = firstIndex(endingAbove: extent.base)
    return index < count && self[index].base < extent.end
  }

  /// The first of the sorted slots whose region ends above `address`; the end of the range where
  /// none does.
  ///
  /// Each step takes off a multiple of a quarter: three comparisons whose results are added up,
  /// so that no branch depends on what the table holds. Halving, which the compiler makes a
  /// branch of, takes twice the time in a table of 10,000.
  #if !OPTIMIZE_FOR_SIZE
    @inline(__always)
  #endif
  private func firstSlot(endingAbove address: UInt64, in slots: Range<Int>) -> Int {
    var first = slots.lowerBound
    var length = slots.count
    while length > 3 {
      let quarter = length &>> 2
      let below =
        isBelow(address, first &+ quarter) &+ isBelow(address, first &+ 2 &* quarter)
        &+ isBelow(address, first &+ 3 &* quarter)
      first &+= below &* quarter
      length &-= 3 &* quarter
    }
    let end = first &+ length
    var slot = first
    for rest in first..<end { slot &+= isBelow(address, rest) }
    return slot
  }

  /// 1 where the region in `slot` ends at or below `address`, else 0.
  @inline(__always)
  private func isBelow(_ address: UInt64, _ slot: Int) -> Int {
    extents[slot].end <= address ? 1 : 0
  }
}
