/// The index that makes finding a place logarithmic: how much free memory the gaps between
/// reservations hold, summarised in a tree of maxima.
///
/// A leaf sums up the gaps below eight neighbouring slots of `reserved`: the largest piece of
/// `memory` in one of them, and the most aligned. A node above sums up eight nodes. What they say
/// may be too high, never too low: where gaps only shrink or move, nothing is looked at again
/// until a search finds a leaf wanting, and gaps that have grown wait for the next search. So
/// reservations without a search in between cost next to nothing here.
extension RegionTable {
  /// Eight slots to a leaf, eight nodes to a node.
  @inline(__always) static var fanOutShift: Int { 3 }

  /// Where the levels of the tree stand among the summaries.
  @inline(__always) var levels: SummaryLevels { SummaryLevels(capacity: capacity) }

  /// The nodes above a range of slots or nodes.
  @inline(__always)
  static func parents(of range: Range<Int>) -> Range<Int> {
    range.lowerBound >> fanOutShift..<(range.upperBound &- 1) >> fanOutShift &+ 1
  }

  /// The slots that a leaf sums up.
  @inline(__always)
  func slots(ofLeaf leaf: Int) -> Range<Int> {
    let first = leaf << Self.fanOutShift
    return first..<min(first &+ 1 << Self.fanOutShift, capacity &+ 1)
  }

  /// The gap below the region in `slot`.
  @inline(__always)
  func gap(belowSlot slot: Int, _ extents: Span<Extent>) -> Extent {
    let previous = slot == slackStart &+ slack ? slackStart &- 1 : slot &- 1
    return Extent(
      base: previous >= 0 ? extents[previous].end : 0,
      end: slot < capacity ? extents[slot].base : .max)
  }
}

/// The levels of the tree over a table: the leaves are level 0. The top gap has a slot of its own.
struct SummaryLevels {
  /// How many regions fit in the table.
  let capacity: Int

  /// Where a level's nodes start. Behind the last is room for seven empty ones.
  @inline(__always)
  func start(of level: Int) -> Int { capacity &>> (2 &* level &+ 2) }

  /// Whether a level has a single node, which sums up the whole table.
  @inline(__always)
  func isTop(_ level: Int) -> Bool {
    capacity &>> (RegionTable.fanOutShift &* (level &+ 1)) == 0
  }
}

// MARK: Keeping the index

extension RegionTable {
  /// Brings the index up to date with this table and with `memory`. O(gaps changed).
  @inline(__always)
  mutating func updateFreeSpace(of memory: inout RegionTable) {
    if memory.hasChanged {
      memory.hasChanged = false
      noteGrownGaps(0, count)
    }
    let first = knownBelow
    let end = count &+ 1 &- knownAbove
    if first >= end { return }
    if first < slackStart { summarize(first..<min(end, slackStart), memory) }
    if end > slackStart { summarize(max(first, slackStart) &+ slack..<end &+ slack, memory) }
    knownBelow = count &+ 1
    knownAbove = count &+ 1
  }

  /// Takes down that the gaps from `first` through `last` may be larger than the index says.
  @inline(__always)
  mutating func noteGrownGaps(_ first: Int, _ last: Int) {
    knownBelow = min(knownBelow, first)
    knownAbove = min(knownAbove, count &- last)
  }

  /// Whether the next search looks at the gaps from `first` through `last` anyway.
  @inline(__always)
  func isStale(_ first: Int, _ last: Int) -> Bool {
    first >= knownBelow && count &- last >= knownAbove
  }
}
