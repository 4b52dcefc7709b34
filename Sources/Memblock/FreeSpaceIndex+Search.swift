/// Finding the first gap, in one direction or the other, that has room.
extension FreeSpaceIndex {
  /// The first gap from `index` on that is large enough, ignoring holes in memory. O(log n).
  @inline(__always)
  mutating func firstGap<W: Way>(
    _: W.Type, from index: Int, fitting request: AllocationRequest, _ slots: RegionSlots,
    _ memory: RegionSlots
  ) -> Int? {
    let layout = slots.layout
    if W.isUpwards {
      if index < layout.slackStart,
        let slot = firstSlot(W.self, in: index...layout.slackStart &- 1, request, slots, memory)
      {
        return slot
      }
      let first = max(index, layout.slackStart) &+ layout.slack
      return firstSlot(W.self, in: first...layout.capacity, request, slots, memory)
        .map { $0 &- layout.slack }
    }
    if index >= layout.slackStart {
      let run = layout.slackEnd...index &+ layout.slack
      if let slot = firstSlot(W.self, in: run, request, slots, memory) {
        return slot &- layout.slack
      }
      if layout.slackStart == 0 { return nil }
    }
    return firstSlot(W.self, in: 0...min(index, layout.slackStart &- 1), request, slots, memory)
  }

  /// The first slot of a run whose gap has room: leaf after leaf that promises it. A leaf that
  /// doesn't keep its promise is computed again.
  private mutating func firstSlot<W: Way>(
    _: W.Type, in run: ClosedRange<Int>, _ request: AllocationRequest, _ slots: RegionSlots,
    _ memory: RegionSlots
  ) -> Int? {
    let lastLeaf = W.last(of: run) >> SummaryTree.fanOutShift
    var slot = W.first(of: run)
    while let leaf = firstLeaf(
      W.self, from: slot >> SummaryTree.fanOutShift, through: lastLeaf, covering: request)
    {
      let lowest = leaf << SummaryTree.fanOutShift
      let highest = lowest | 7
      if W.isUpwards { slot = max(slot, lowest) } else { slot = min(slot, highest) }
      let last = W.isUpwards ? min(highest, run.upperBound) : max(lowest, run.lowerBound)
      while true {
        if request.fits(in: slots.gap(belowSlot: slot)) { return slot }
        if slot == last { break }
        slot &+= W.step
      }
      reconsider(leaf: leaf, slots, memory)
      if leaf == lastLeaf { return nil }
      slot &+= W.step
    }
    return nil
  }

  /// The first leaf, of those from `leaf` through `last`, that may have room: up the tree to
  /// where one past it promises room, then down again.
  @inline(__always)
  private func firstLeaf<W: Way>(
    _: W.Type, from leaf: Int, through last: Int, covering request: AllocationRequest
  ) -> Int? {
    let summaries = summaries.span
    let tree = tree
    var level = 0
    var branch = leaf
    while true {
      let bound = last &>> (SummaryTree.fanOutShift &* level)
      let end = W.isUpwards ? min(branch | 7, bound) : max(branch & ~7, bound)
      let (low, high) = W.isUpwards ? (branch, end) : (end, branch)
      let start = tree.start(of: level)
      let siblings = summaries.extracting(start &+ low...start &+ high)
      if let found = first(W.self, of: siblings, covering: request) {
        branch = low &+ found
        if level == 0 { return branch }
        level &-= 1
        branch = branch << SummaryTree.fanOutShift | (W.isUpwards ? 0 : 7)
      } else {
        if end == bound { return nil }
        level &+= 1
        branch = end >> SummaryTree.fanOutShift &+ W.step
      }
    }
  }

  @inline(__always)
  private func first<W: Way>(
    _: W.Type, of siblings: Span<UInt64>, covering request: AllocationRequest
  ) -> Int? {
    if W.isUpwards {
      for index in siblings.indices where GapSummary(bits: siblings[index]).covers(request) {
        return index
      }
      return nil
    }
    var left = siblings.count
    while left > 0 {
      left &-= 1
      if GapSummary(bits: siblings[left]).covers(request) { return left }
    }
    return nil
  }
}
