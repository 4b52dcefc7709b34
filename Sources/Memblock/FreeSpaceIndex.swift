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

  /// How many leaves there are: the top gap has a slot of its own.
  @inline(__always) var leafCount: Int { capacity >> Self.fanOutShift &+ 1 }

  /// The slots or nodes below one node.
  @inline(__always)
  static func children(of node: Int, limit: Int) -> Range<Int> {
    node << fanOutShift..<min((node &+ 1) << fanOutShift, limit)
  }

  /// The nodes above a range of slots or nodes.
  @inline(__always)
  private static func parents(of range: Range<Int>) -> Range<Int> {
    range.lowerBound >> fanOutShift..<(range.upperBound &- 1) >> fanOutShift &+ 1
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

  /// Follows the gap above the slack as it is split: of its two parts, the lower one gets `slot`.
  /// Neither is larger than the whole was.
  mutating func splitSummary(to slot: Int) {
    let target = slot >> Self.fanOutShift
    let source = (slackStart &+ slack) >> Self.fanOutShift
    var levelCount = leafCount
    var summaries = storage.mutableSummaries
    var summary = GapSummary(bits: summaries[source])
    summary.isExact = false
    summaries[source] = summary.bits
    if target == source { return }
    summary.include(GapSummary(bits: summaries[target]))
    summaries[target] = summary.bits
    var node = target
    var offset = 0
    while levelCount > 1 {
      offset &+= levelCount
      levelCount = (levelCount &- 1) >> Self.fanOutShift &+ 1
      node >>= Self.fanOutShift
      let known = GapSummary(bits: summaries[offset &+ node])
      var wider = known
      wider.include(summary)
      if wider.bits == known.bits { return }
      summaries[offset &+ node] = wider.bits
    }
  }

  /// Takes down that a gap has shrunk.
  @inline(__always)
  mutating func noteShrunkGap(_ index: Int) {
    let leaf = slot(index) >> Self.fanOutShift
    var summaries = storage.mutableSummaries
    var summary = GapSummary(bits: summaries[leaf])
    summary.isExact = false
    summaries[leaf] = summary.bits
  }

  /// Looks again at the leaf of a gap that has been found wanting.
  mutating func reconsiderGap(_ index: Int, _ memory: borrowing RegionTable) {
    reconsider(leaf: slot(index) >> Self.fanOutShift, memory)
  }

  mutating func reconsider(leaf: Int, _ memory: borrowing RegionTable) {
    if GapSummary(bits: storage.summaries[leaf]).isExact { return }
    summarize(Self.children(of: leaf, limit: capacity &+ 1), memory)
  }

  /// Follows `count` entries that have moved from `source` to `target`. What a leaf's new
  /// entries hold is at most what the two leaves hold that they come from.
  mutating func moveSummaries(_ count: Int, from source: Int, to target: Int) {
    let leaves = Self.parents(of: target..<target &+ count)
    let distance = source &- target
    var summaries = storage.mutableSummaries
    // In the order in which no leaf is overwritten before it is read.
    var leaf = distance > 0 ? leaves.lowerBound : leaves.upperBound &- 1
    while leaves.contains(leaf) {
      let slots = leaf << Self.fanOutShift..<(leaf &+ 1) << Self.fanOutShift
      let first = max(slots.lowerBound, target) &+ distance
      let last = min(slots.upperBound, target &+ count) &- 1 &+ distance
      var summary = GapSummary(bits: summaries[first >> Self.fanOutShift])
      summary.include(GapSummary(bits: summaries[last >> Self.fanOutShift]))
      if slots.lowerBound < target || slots.upperBound > target &+ count {
        summary.include(GapSummary(bits: summaries[leaf]))
      }
      summary.isExact = false
      summaries[leaf] = summary.bits
      leaf &+= distance > 0 ? 1 : -1
    }
    summarizeNodes(above: leaves)
  }

  /// Computes the leaves over `slots`, and all nodes above them.
  private mutating func summarize(_ slots: Range<Int>, _ memory: borrowing RegionTable) {
    let leaves = Self.parents(of: slots)
    for leaf in leaves {
      let summary = summary(of: Self.children(of: leaf, limit: capacity &+ 1), memory)
      var summaries = storage.mutableSummaries
      summaries[leaf] = summary.bits
    }
    summarizeNodes(above: leaves)
  }

  /// Computes the nodes above some leaves.
  @inline(__always)
  private mutating func summarizeNodes(above leaves: Range<Int>) {
    var nodes = leaves
    var offset = 0
    var levelCount = leafCount
    var summaries = storage.mutableSummaries
    while levelCount > 1 {
      let offsetAbove = offset &+ levelCount
      nodes = Self.parents(of: nodes)
      var isChanged = false
      for node in nodes {
        var summary = GapSummary.empty
        for child in Self.children(of: node, limit: levelCount) {
          summary.include(GapSummary(bits: summaries[offset &+ child]))
        }
        if summaries[offsetAbove &+ node] != summary.bits {
          summaries[offsetAbove &+ node] = summary.bits
          isChanged = true
        }
      }
      // What nodes say follows from those below: where none has changed, none above does.
      if !isChanged { return }
      offset = offsetAbove
      levelCount = (levelCount &- 1) >> Self.fanOutShift &+ 1
    }
  }

  /// What the gaps below `slots` hold.
  func summary(
    of slots: Range<Int>, _ memory: borrowing RegionTable
  ) -> GapSummary {
    let extents = storage.extents
    let slackEnd = slackStart &+ slack
    var summary = GapSummary.empty
    var slot = slots.lowerBound
    if slot >= slackStart && slot < slackEnd { slot = min(slackEnd, slots.upperBound) }
    if slot == slots.upperBound { return summary }
    var gap = gap(belowSlot: slot, extents)
    var index = memory.firstIndex(endingAbove: gap.base)
    var region = index < memory.count ? memory.extent(index) : Extent(base: .max, end: .max)
    while true {
      if gap.base >= region.base && gap.end <= region.end {
        summary.include(gap)
      } else {
        while region.base < gap.end {
          summary.include(
            Extent(base: max(region.base, gap.base), end: min(region.end, gap.end)))
          if region.end >= gap.end { break }
          index &+= 1
          region = index < memory.count ? memory.extent(index) : Extent(base: .max, end: .max)
        }
      }
      let end = slot < capacity ? extents[slot].end : .max
      slot &+= 1
      if slot == slackStart { slot = slackEnd }
      if slot >= slots.upperBound {
        summary.isExact = true
        return summary
      }
      gap = Extent(base: end, end: slot < capacity ? extents[slot].base : .max)
    }
  }
}
