/// Looking at the gaps, and summing up what is free in them.
extension RegionTable {
  /// Looks again at the leaf of a gap that has been found wanting.
  mutating func reconsiderGap(_ index: Int, _ memory: borrowing RegionTable) {
    reconsider(leaf: slot(index) >> Self.fanOutShift, memory)
  }

  /// Looks again at a leaf, and puts the nodes above it right as far as they said what they said
  /// because of it.
  mutating func reconsider(leaf: Int, _ memory: borrowing RegionTable) {
    let levels = levels
    var node = levels.start(of: 0) &+ leaf
    var known = GapSummary(bits: storage.summaries[node])
    if known.isExact { return }
    var summary = summary(of: slots(ofLeaf: leaf), memory)
    var level = 0
    var place = leaf
    while true {
      var summaries = storage.mutableSummaries
      summaries[node] = summary.bits
      if levels.isTop(level) { return }
      place >>= Self.fanOutShift
      let first = levels.start(of: level) &+ place << Self.fanOutShift
      level &+= 1
      node = levels.start(of: level) &+ place
      // A node that promises more than this one did has it from another.
      let above = GapSummary(bits: summaries[node])
      if above.exceeds(known) { return }
      known = above
      summary = sum(ofEightFrom: first)
      if summary.bits == known.bits { return }
    }
  }

  /// Computes the leaves over `slots`, and all nodes above them.
  @inline(__always)
  mutating func summarize(_ slots: Range<Int>, _ memory: borrowing RegionTable) {
    summarize(leaves: Self.parents(of: slots), memory)
  }

  private mutating func summarize(leaves: Range<Int>, _ memory: borrowing RegionTable) {
    let start = levels.start(of: 0)
    for leaf in leaves {
      let summary = summary(of: slots(ofLeaf: leaf), memory)
      var summaries = storage.mutableSummaries
      summaries[start &+ leaf] = summary.bits
    }
    summarizeNodes(above: leaves)
  }

  /// Computes the nodes above some leaves.
  @inline(__always)
  mutating func summarizeNodes(above leaves: Range<Int>) {
    let levels = levels
    var nodes = leaves
    var level = 0
    var start = levels.start(of: 0)
    while !levels.isTop(level) {
      let startAbove = levels.start(of: level &+ 1)
      nodes = Self.parents(of: nodes)
      var isChanged = false
      for node in nodes {
        let summary = sum(ofEightFrom: start &+ node << Self.fanOutShift)
        var summaries = storage.mutableSummaries
        if summaries[startAbove &+ node] != summary.bits {
          summaries[startAbove &+ node] = summary.bits
          isChanged = true
        }
      }
      // What nodes say follows from those below: where none has changed, none above does.
      if !isChanged { return }
      level &+= 1
      start = startAbove
    }
  }

  /// What eight leaves or nodes hold together.
  @inline(__always)
  private func sum(ofEightFrom first: Int) -> GapSummary {
    let eight = storage.summaries.extracting(first..<first &+ 8)
    var sum = GapSummary.empty
    for index in 0..<8 { sum.include(GapSummary(bits: eight[index])) }
    return sum
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
      // Mostly one region holds all of this.
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
