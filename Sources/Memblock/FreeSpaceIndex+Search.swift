/// Finding the gap that has room, from the top or from the bottom.
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
