/// Computing summaries: of leaves from the gaps and `memory`, of branches from what is below.
extension FreeSpaceIndex {
  /// Computes a leaf again, unless it is exact, and lowers the branches above it up to one whose
  /// maximum has come from elsewhere.
  mutating func reconsider(leaf: Int, _ slots: RegionSlots, _ memory: RegionSlots) {
    let tree = tree
    var position = tree.start(of: 0) &+ leaf
    var known = GapSummary(bits: summaries.span[position])
    if known.isExact { return }
    var summary = summary(of: tree.slots(ofLeaf: leaf), slots, memory)
    var level = 0
    var branch = leaf
    while true {
      summaries.set(summary.bits, at: position)
      if tree.isTop(level) { return }
      branch >>= SummaryTree.fanOutShift
      let first = tree.start(of: level) &+ branch << SummaryTree.fanOutShift
      level &+= 1
      position = tree.start(of: level) &+ branch
      let above = GapSummary(bits: summaries.span[position])
      if above.exceeds(known) { return }
      known = above
      summary = sum(ofEightFrom: first)
      if summary.bits == known.bits { return }
    }
  }

  /// Computes the leaves over some slots, and all branches above them.
  mutating func summarize(_ changed: Range<Int>, _ slots: RegionSlots, _ memory: RegionSlots) {
    let tree = tree
    let leaves = SummaryTree.parents(of: changed)
    for leaf in leaves {
      let summary = summary(of: tree.slots(ofLeaf: leaf), slots, memory)
      summaries.set(summary.bits, at: tree.start(of: 0) &+ leaf)
    }
    summarizeBranches(above: leaves)
  }

  /// Computes the branches above some leaves, up to a level where none has changed.
  @inline(__always)
  mutating func summarizeBranches(above leaves: Range<Int>) {
    let tree = tree
    var branches = leaves
    var level = 0
    while !tree.isTop(level) {
      let start = tree.start(of: level)
      level &+= 1
      branches = SummaryTree.parents(of: branches)
      var isChanged = false
      for branch in branches {
        let summary = sum(ofEightFrom: start &+ branch << SummaryTree.fanOutShift)
        let position = tree.start(of: level) &+ branch
        if summaries.span[position] != summary.bits {
          summaries.set(summary.bits, at: position)
          isChanged = true
        }
      }
      if !isChanged { return }
    }
  }

  /// What eight leaves or branches hold together.
  @inline(__always)
  private func sum(ofEightFrom first: Int) -> GapSummary {
    let eight = summaries.span.extracting(first..<first &+ 8)
    var sum = GapSummary.empty
    for index in 0..<8 { sum.include(GapSummary(bits: eight[index])) }
    return sum
  }

  /// What of `memory` is in the gaps below some slots.
  func summary(
    of changed: Range<Int>, _ slots: RegionSlots, _ memory: RegionSlots
  ) -> GapSummary {
    let extents = slots.extents
    let (capacity, slackStart) = (slots.layout.capacity, slots.layout.slackStart)
    let slackEnd = slots.layout.slackEnd
    let nowhere = Extent(base: .max, end: .max)
    var summary = GapSummary.empty
    var slot = changed.lowerBound
    if slot >= slackStart && slot < slackEnd { slot = min(slackEnd, changed.upperBound) }
    if slot == changed.upperBound { return summary }
    var gap = slots.gap(belowSlot: slot)
    var index = memory.firstIndex(endingAbove: gap.base)
    var region = index < memory.count ? memory[index] : nowhere
    while true {
      // Mostly one region holds all of this.
      if gap.base >= region.base && gap.end <= region.end {
        summary.include(gap)
      } else {
        while region.base < gap.end {
          summary.include(region.intersection(gap))
          if region.end >= gap.end { break }
          index &+= 1
          region = index < memory.count ? memory[index] : nowhere
        }
      }
      let end = slot < capacity ? extents[slot].end : .max
      slot &+= 1
      if slot == slackStart { slot = slackEnd }
      if slot >= changed.upperBound {
        summary.isExact = true
        return summary
      }
      gap = Extent(base: end, end: slot < capacity ? extents[slot].base : .max)
    }
  }
}
