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
  @inline(__always) private static var fanOutShift: Int { 3 }

  /// How many leaves there are: the top gap has a slot of its own.
  @inline(__always) private var leafCount: Int { capacity >> Self.fanOutShift &+ 1 }

  /// The slots or nodes below one node.
  @inline(__always)
  private static func children(of node: Int, limit: Int) -> Range<Int> {
    node << fanOutShift..<min((node &+ 1) << fanOutShift, limit)
  }

  /// The nodes above a range of slots or nodes.
  @inline(__always)
  private static func parents(of range: Range<Int>) -> Range<Int> {
    range.lowerBound >> fanOutShift..<(range.upperBound &- 1) >> fanOutShift &+ 1
  }

  /// The gap below the region in `slot`.
  @inline(__always)
  private func gap(belowSlot slot: Int, _ extents: Span<Extent>) -> Extent {
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

  private mutating func reconsider(leaf: Int, _ memory: borrowing RegionTable) {
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
  private func summary(
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

// MARK: Checking

extension RegionTable {
  /// No gap that is not to be looked at again holds more than the nodes above it say.
  func brokenFreeSpaceInvariant(_ memory: borrowing RegionTable) -> StaticString? {
    if memory.hasChanged { return nil }
    for index in 0...count where !isStale(index, index) {
      let slot = slot(index)
      let truth = summary(of: slot..<slot + 1, memory)
      var node = slot >> Self.fanOutShift
      var offset = 0
      var levelCount = leafCount
      while true {
        let known = GapSummary(bits: storage.summaries[offset + node])
        if !known.covers(truth) { return "the index of gaps promises too little" }
        if levelCount == 1 { break }
        offset += levelCount
        levelCount = (levelCount - 1) >> Self.fanOutShift + 1
        node >>= Self.fanOutShift
      }
    }
    return nil
  }
}

// MARK: Searching

extension RegionTable {
  /// The highest gap, of those from `index` down, that may have room.
  @inline(__always)
  mutating func lastGap(
    from index: Int, fitting wanted: GapRequest, _ memory: borrowing RegionTable
  ) -> Int? {
    if index >= slackStart {
      let low = slackStart &+ slack
      if let slot = lastSlot(in: low...index &+ slack, fitting: wanted, memory) {
        return slot &- slack
      }
      if slackStart == 0 { return nil }
    }
    return lastSlot(in: 0...min(index, slackStart &- 1), fitting: wanted, memory)
  }

  /// The lowest gap, of those from `index` up, that may have room.
  @inline(__always)
  mutating func firstGap(
    from index: Int, fitting wanted: GapRequest, _ memory: borrowing RegionTable
  ) -> Int? {
    if index < slackStart,
      let slot = firstSlot(in: index...slackStart &- 1, fitting: wanted, memory)
    {
      return slot
    }
    let low = max(index, slackStart) &+ slack
    guard let slot = firstSlot(in: low...capacity, fitting: wanted, memory) else { return nil }
    return slot &- slack
  }

  /// The last slot of a run whose gap may do: what is left of the first leaf, then up the tree
  /// until a node promises something, then down again.
  private mutating func lastSlot(
    in run: ClosedRange<Int>, fitting wanted: GapRequest, _ memory: borrowing RegionTable
  ) -> Int? {
    var node = run.upperBound >> Self.fanOutShift
    if let slot = lastSlot(inLeaf: node, run, fitting: wanted) { return slot }
    var level = 0
    var offset = 0
    var levelCount = leafCount
    while node << (Self.fanOutShift &* (level &+ 1)) > run.lowerBound {
      let group = node >> Self.fanOutShift
      while node > group << Self.fanOutShift {
        node &-= 1
        if GapSummary(bits: storage.summaries[offset &+ node]).covers(wanted),
          let slot = lastSlot(below: node, level: level, run, fitting: wanted, memory)
        {
          return slot
        }
      }
      node = group
      offset &+= levelCount
      levelCount = (levelCount &- 1) >> Self.fanOutShift &+ 1
      level &+= 1
    }
    return nil
  }

  /// The last slot below a node, in the run, whose gap may do.
  private mutating func lastSlot(
    below node: Int, level: Int, _ run: ClosedRange<Int>, fitting wanted: GapRequest,
    _ memory: borrowing RegionTable
  ) -> Int? {
    if level == 0 {
      if let slot = lastSlot(inLeaf: node, run, fitting: wanted) { return slot }
      reconsider(leaf: node, memory)
      return nil
    }
    let (offset, levelCount) = nodes(at: level &- 1)
    let children = Self.children(of: node, limit: levelCount)
    var child = children.upperBound
    while child > children.lowerBound {
      child &-= 1
      if GapSummary(bits: storage.summaries[offset &+ child]).covers(wanted),
        let slot = lastSlot(below: child, level: level &- 1, run, fitting: wanted, memory)
      {
        return slot
      }
    }
    return nil
  }

  @inline(__always)
  private func lastSlot(
    inLeaf leaf: Int, _ run: ClosedRange<Int>, fitting wanted: GapRequest
  ) -> Int? {
    let extents = storage.extents
    let slots = Self.children(of: leaf, limit: capacity &+ 1)
    var slot = min(slots.upperBound &- 1, run.upperBound)
    while slot >= max(slots.lowerBound, run.lowerBound) {
      if gap(belowSlot: slot, extents).size >= wanted.size { return slot }
      slot &-= 1
    }
    return nil
  }

  /// The first slot of a run whose gap may do; the mirror image of `lastSlot`.
  private mutating func firstSlot(
    in run: ClosedRange<Int>, fitting wanted: GapRequest, _ memory: borrowing RegionTable
  ) -> Int? {
    var node = run.lowerBound >> Self.fanOutShift
    if let slot = firstSlot(inLeaf: node, run, fitting: wanted) { return slot }
    var level = 0
    var offset = 0
    var levelCount = leafCount
    while (node &+ 1) << (Self.fanOutShift &* (level &+ 1)) <= run.upperBound {
      let group = node >> Self.fanOutShift
      let end = min((group &+ 1) << Self.fanOutShift, levelCount) &- 1
      while node < end {
        node &+= 1
        if GapSummary(bits: storage.summaries[offset &+ node]).covers(wanted),
          let slot = firstSlot(below: node, level: level, run, fitting: wanted, memory)
        {
          return slot
        }
      }
      node = group
      offset &+= levelCount
      levelCount = (levelCount &- 1) >> Self.fanOutShift &+ 1
      level &+= 1
    }
    return nil
  }

  private mutating func firstSlot(
    below node: Int, level: Int, _ run: ClosedRange<Int>, fitting wanted: GapRequest,
    _ memory: borrowing RegionTable
  ) -> Int? {
    if level == 0 {
      if let slot = firstSlot(inLeaf: node, run, fitting: wanted) { return slot }
      reconsider(leaf: node, memory)
      return nil
    }
    let (offset, levelCount) = nodes(at: level &- 1)
    for child in Self.children(of: node, limit: levelCount)
    where GapSummary(bits: storage.summaries[offset &+ child]).covers(wanted) {
      if let slot = firstSlot(below: child, level: level &- 1, run, fitting: wanted, memory) {
        return slot
      }
    }
    return nil
  }

  @inline(__always)
  private func firstSlot(
    inLeaf leaf: Int, _ run: ClosedRange<Int>, fitting wanted: GapRequest
  ) -> Int? {
    let extents = storage.extents
    let slots = Self.children(of: leaf, limit: capacity &+ 1)
    var slot = max(slots.lowerBound, run.lowerBound)
    while slot <= min(slots.upperBound &- 1, run.upperBound) {
      if gap(belowSlot: slot, extents).size >= wanted.size { return slot }
      slot &+= 1
    }
    return nil
  }

  /// Where the nodes of a level start among the summaries, and how many there are.
  private func nodes(at level: Int) -> (offset: Int, count: Int) {
    var offset = 0
    var levelCount = leafCount
    for _ in 0..<level {
      offset += levelCount
      levelCount = (levelCount - 1) >> Self.fanOutShift + 1
    }
    return (offset, levelCount)
  }
}
