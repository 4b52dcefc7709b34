/// Finding the gap that has room, from the top or from the bottom.
extension RegionTable {
  /// The highest gap, of those from `index` down, that has room but for what isn't memory.
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

  /// The lowest gap, of those from `index` up, that has room but for what isn't memory.
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

  /// The last slot of a run whose gap has room: leaf after leaf that promises it. One that
  /// doesn't keep its promise is looked at again.
  private mutating func lastSlot(
    in run: ClosedRange<Int>, fitting wanted: GapRequest, _ memory: borrowing RegionTable
  ) -> Int? {
    let lowest = run.lowerBound >> Self.fanOutShift
    var top = run.upperBound
    while let leaf = lastLeaf(from: top >> Self.fanOutShift, downTo: lowest, covering: wanted) {
      let first = leaf << Self.fanOutShift
      top = min(top, first &+ 7)
      if let slot = lastSlot(in: max(first, run.lowerBound)...top, of: run, fitting: wanted) {
        return slot
      }
      reconsider(leaf: leaf, memory)
      if leaf == lowest { return nil }
      top = first &- 1
    }
    return nil
  }

  /// The last leaf, of those from `leaf` down to `lowest`, that may have room: up the tree to
  /// where a node before promises it, then down again.
  @inline(__always)
  private func lastLeaf(
    from leaf: Int, downTo lowest: Int, covering wanted: GapRequest
  ) -> Int? {
    let summaries = storage.summaries
    let levels = levels
    var level = 0
    var node = leaf
    while true {
      let start = levels.start(of: level)
      let bound = lowest &>> (Self.fanOutShift &* level)
      let first = max(node & ~7, bound)
      let siblings = summaries.extracting(start &+ first...start &+ node)
      var left = siblings.count
      while left > 0, !GapSummary(bits: siblings[left &- 1]).covers(wanted) { left &-= 1 }
      if left > 0 {
        node = first &+ left &- 1
        if level == 0 { return node }
        level &-= 1
        node = node << Self.fanOutShift | 7
      } else {
        if first == bound { return nil }
        level &+= 1
        node = first >> Self.fanOutShift &- 1
      }
    }
  }

  /// The last of some slots of a run whose gap has room.
  @inline(__always)
  private func lastSlot(
    in slots: ClosedRange<Int>, of run: ClosedRange<Int>, fitting wanted: GapRequest
  ) -> Int? {
    let extents = storage.extents
    var slot = slots.upperBound
    var end = slot < capacity ? extents[slot].base : .max
    while slot > run.lowerBound {
      let below = extents[slot &- 1]
      if wanted.fits(in: Extent(base: below.end, end: end)) { return slot }
      if slot == slots.lowerBound { return nil }
      slot &-= 1
      end = below.base
    }
    return wanted.fits(in: gap(belowSlot: slot, extents)) ? slot : nil
  }

  /// The first slot of a run whose gap has room; the mirror image of `lastSlot`.
  private mutating func firstSlot(
    in run: ClosedRange<Int>, fitting wanted: GapRequest, _ memory: borrowing RegionTable
  ) -> Int? {
    let highest = run.upperBound >> Self.fanOutShift
    var bottom = run.lowerBound
    while let leaf = firstLeaf(from: bottom >> Self.fanOutShift, upTo: highest, covering: wanted) {
      let first = leaf << Self.fanOutShift
      bottom = max(bottom, first)
      if let slot = firstSlot(in: bottom...min(first &+ 7, run.upperBound), fitting: wanted) {
        return slot
      }
      reconsider(leaf: leaf, memory)
      if leaf == highest { return nil }
      bottom = first &+ 8
    }
    return nil
  }

  @inline(__always)
  private func firstLeaf(
    from leaf: Int, upTo highest: Int, covering wanted: GapRequest
  ) -> Int? {
    let summaries = storage.summaries
    let levels = levels
    var level = 0
    var node = leaf
    while true {
      let start = levels.start(of: level)
      let bound = highest &>> (Self.fanOutShift &* level)
      let last = min(node | 7, bound)
      let siblings = summaries.extracting(start &+ node...start &+ last)
      var passed = 0
      while passed < siblings.count, !GapSummary(bits: siblings[passed]).covers(wanted) {
        passed &+= 1
      }
      if passed < siblings.count {
        node &+= passed
        if level == 0 { return node }
        level &-= 1
        node <<= Self.fanOutShift
      } else {
        if last == bound { return nil }
        level &+= 1
        node = last >> Self.fanOutShift &+ 1
      }
    }
  }

  @inline(__always)
  private func firstSlot(
    in slots: ClosedRange<Int>, fitting wanted: GapRequest
  ) -> Int? {
    let extents = storage.extents
    var slot = slots.lowerBound
    var base = gap(belowSlot: slot, extents).base
    while slot < capacity {
      let above = extents[slot]
      if wanted.fits(in: Extent(base: base, end: above.base)) { return slot }
      if slot == slots.upperBound { return nil }
      slot &+= 1
      base = above.end
    }
    return wanted.fits(in: Extent(base: base, end: .max)) ? slot : nil
  }
}
