/// The index that makes finding a place logarithmic: how much free memory the gaps between
/// reservations hold, summarised in a tree of maxima.
///
/// A leaf sums up the gaps below eight neighbouring slots of `reserved`: the largest piece of
/// `memory` that lies in one of them. A node above sums up eight nodes. A change only widens the
/// stretch of gaps that the next search has to look at again, so that a row of reservations
/// without a search in between costs nothing here.
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
    if memory.unchangedBelow <= memory.count {
      memory.noteNoChange()
      noteChange(from: 0, through: count)
    }
    let first = unchangedBelow
    let end = count &+ 1 &- unchangedAbove
    if first >= end { return }
    if first < slackStart { summarize(first..<min(end, slackStart), memory) }
    if end > slackStart { summarize(max(first, slackStart) &+ slack..<end &+ slack, memory) }
    noteNoChange()
  }

  /// Takes down that the index knows all gaps.
  @inline(__always)
  private mutating func noteNoChange() {
    unchangedBelow = count &+ 1
    unchangedAbove = count &+ 1
  }

  /// Computes the leaves over `slots`, and all nodes above them.
  private mutating func summarize(_ slots: Range<Int>, _ memory: borrowing RegionTable) {
    var nodes = Self.parents(of: slots)
    for leaf in nodes {
      let largest = largestPiece(in: Self.children(of: leaf, limit: capacity + 1), memory)
      var summaries = storage.mutableSummaries
      summaries[leaf] = largest
    }
    var offset = 0
    var levelCount = leafCount
    var summaries = storage.mutableSummaries
    while levelCount > 1 {
      let offsetAbove = offset + levelCount
      nodes = Self.parents(of: nodes)
      for node in nodes {
        var largest: UInt64 = 0
        for child in Self.children(of: node, limit: levelCount) {
          largest = max(largest, summaries[offset + child])
        }
        summaries[offsetAbove + node] = largest
      }
      offset = offsetAbove
      levelCount = (levelCount - 1) >> Self.fanOutShift + 1
    }
  }

  /// The size of the largest piece of memory that lies in one of the gaps below `slots`.
  private func largestPiece(in slots: Range<Int>, _ memory: borrowing RegionTable) -> UInt64 {
    let extents = storage.extents
    let slackEnd = slackStart &+ slack
    var largest: UInt64 = 0
    var index = -1
    for slot in slots where slot < slackStart || slot >= slackEnd {
      let gap = gap(belowSlot: slot, extents)
      if gap.size <= largest { continue }
      if index < 0 { index = memory.firstIndex(endingAbove: gap.base) }
      while index < memory.count {
        let region = memory.extent(index)
        if region.base >= gap.end { break }
        let base = max(region.base, gap.base)
        let end = min(region.end, gap.end)
        if base < end { largest = max(largest, end &- base) }
        if region.end >= gap.end { break }
        index += 1
      }
    }
    return largest
  }
}

// MARK: Searching

extension RegionTable {
  /// The highest gap, of those from `index` down, that may hold a piece of `size` bytes.
  @inline(__always)
  func lastGap(from index: Int, fitting size: UInt64) -> Int? {
    if index >= slackStart {
      let low = slackStart &+ slack
      if let slot = lastSlot(in: low...index &+ slack, fitting: size) { return slot &- slack }
      if slackStart == 0 { return nil }
    }
    return lastSlot(in: 0...min(index, slackStart &- 1), fitting: size)
  }

  /// The lowest gap, of those from `index` up, that may hold a piece of `size` bytes.
  @inline(__always)
  func firstGap(from index: Int, fitting size: UInt64) -> Int? {
    if index < slackStart, let slot = firstSlot(in: index...slackStart &- 1, fitting: size) {
      return slot
    }
    let low = max(index, slackStart) &+ slack
    guard let slot = firstSlot(in: low...capacity, fitting: size) else { return nil }
    return slot &- slack
  }

  /// The last slot of a run whose gap may do: what is left of the first leaf, then up the tree
  /// until a node promises something, then down again.
  private func lastSlot(in run: ClosedRange<Int>, fitting size: UInt64) -> Int? {
    var node = run.upperBound >> Self.fanOutShift
    if let slot = lastSlot(inLeaf: node, run, fitting: size) { return slot }
    var level = 0
    var offset = 0
    var levelCount = leafCount
    while node << (Self.fanOutShift &* (level &+ 1)) > run.lowerBound {
      let group = node >> Self.fanOutShift
      let summaries = storage.summaries
      while node > group << Self.fanOutShift {
        node &-= 1
        if summaries[offset &+ node] >= size,
          let slot = lastSlot(below: node, level: level, run, fitting: size)
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
  private func lastSlot(
    below node: Int, level: Int, _ run: ClosedRange<Int>, fitting size: UInt64
  ) -> Int? {
    if level == 0 { return lastSlot(inLeaf: node, run, fitting: size) }
    let (offset, levelCount) = nodes(at: level &- 1)
    let summaries = storage.summaries
    let children = Self.children(of: node, limit: levelCount)
    var child = children.upperBound
    while child > children.lowerBound {
      child &-= 1
      if summaries[offset &+ child] >= size,
        let slot = lastSlot(below: child, level: level &- 1, run, fitting: size)
      {
        return slot
      }
    }
    return nil
  }

  @inline(__always)
  private func lastSlot(
    inLeaf leaf: Int, _ run: ClosedRange<Int>, fitting size: UInt64
  ) -> Int? {
    let extents = storage.extents
    let slots = Self.children(of: leaf, limit: capacity &+ 1)
    var slot = min(slots.upperBound &- 1, run.upperBound)
    while slot >= max(slots.lowerBound, run.lowerBound) {
      if gap(belowSlot: slot, extents).size >= size { return slot }
      slot &-= 1
    }
    return nil
  }

  /// The first slot of a run whose gap may do; the mirror image of `lastSlot`.
  private func firstSlot(in run: ClosedRange<Int>, fitting size: UInt64) -> Int? {
    var node = run.lowerBound >> Self.fanOutShift
    if let slot = firstSlot(inLeaf: node, run, fitting: size) { return slot }
    var level = 0
    var offset = 0
    var levelCount = leafCount
    while (node &+ 1) << (Self.fanOutShift &* (level &+ 1)) <= run.upperBound {
      let group = node >> Self.fanOutShift
      let end = min((group &+ 1) << Self.fanOutShift, levelCount) &- 1
      let summaries = storage.summaries
      while node < end {
        node &+= 1
        if summaries[offset &+ node] >= size,
          let slot = firstSlot(below: node, level: level, run, fitting: size)
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

  private func firstSlot(
    below node: Int, level: Int, _ run: ClosedRange<Int>, fitting size: UInt64
  ) -> Int? {
    if level == 0 { return firstSlot(inLeaf: node, run, fitting: size) }
    let (offset, levelCount) = nodes(at: level &- 1)
    let summaries = storage.summaries
    for child in Self.children(of: node, limit: levelCount)
    where summaries[offset &+ child] >= size {
      if let slot = firstSlot(below: child, level: level &- 1, run, fitting: size) { return slot }
    }
    return nil
  }

  @inline(__always)
  private func firstSlot(
    inLeaf leaf: Int, _ run: ClosedRange<Int>, fitting size: UInt64
  ) -> Int? {
    let extents = storage.extents
    let slots = Self.children(of: leaf, limit: capacity &+ 1)
    var slot = max(slots.lowerBound, run.lowerBound)
    while slot <= min(slots.upperBound &- 1, run.upperBound) {
      if gap(belowSlot: slot, extents).size >= size { return slot }
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
