/// Following the changes of the table, in constant time but for moves.
extension FreeSpaceIndex {
  /// Follows a region that is about to be inserted at `index`, into `slot`. It splits the gap
  /// there, whose lower part gets the slot. Neither part is larger than the whole.
  @inline(__always)
  mutating func insert(_ region: Extent, at index: Int, slot: Int, _ slots: RegionSlots) {
    if !isStale(index, index, slots.layout) {
      let base = index > 0 ? slots[index - 1].end : 0
      split(slots.layout.slackEnd, to: slot, Extent(base: base, end: region.base))
    }
    if index < validPrefix { validPrefix += 1 }
    if slots.count - index < validSuffix { validSuffix += 1 }
  }

  private mutating func split(_ source: Int, to slot: Int, _ lower: Extent) {
    let tree = tree
    var level = 0
    var start = tree.start(of: 0)
    var branch = slot >> SummaryTree.fanOutShift
    let sourceLeaf = source >> SummaryTree.fanOutShift
    var summaries = summaries.mutableSpan
    var summary = GapSummary(bits: summaries[start &+ sourceLeaf])
    summary.isExact = false
    summaries[start &+ sourceLeaf] = summary.bits
    if branch == sourceLeaf { return }
    // The part is mostly small: what the alignment of an allocation has left over.
    var bound = GapSummary.empty
    bound.include(lower)
    summary = summary.intersection(bound)
    summary.include(GapSummary(bits: summaries[start &+ branch]))
    summaries[start &+ branch] = summary.bits
    while !tree.isTop(level) {
      level &+= 1
      start = tree.start(of: level)
      branch >>= SummaryTree.fanOutShift
      let known = GapSummary(bits: summaries[start &+ branch])
      var wider = known
      wider.include(summary)
      if wider.bits == known.bits { return }
      summaries[start &+ branch] = wider.bits
    }
  }

  /// Notes that the gap of `slot` has shrunk.
  @inline(__always)
  mutating func shrinkGap(ofSlot slot: Int) {
    let leaf = tree.start(of: 0) &+ slot >> SummaryTree.fanOutShift
    var summaries = summaries.mutableSpan
    var summary = GapSummary(bits: summaries[leaf])
    summary.isExact = false
    summaries[leaf] = summary.bits
  }

  /// Follows regions that are about to be dropped, their gaps being part of the one above them.
  @inline(__always)
  mutating func drop(_ indices: Range<Int>, _ layout: SlotLayout) {
    let above = layout.count - indices.upperBound
    if indices.lowerBound < validPrefix {
      validPrefix = max(indices.lowerBound, validPrefix - indices.count)
    }
    if above < validSuffix { validSuffix = max(above, validSuffix - indices.count) }
  }

  /// Follows the regions `indices`, which have moved from slot `source` on to `target` on.
  @inline(__always)
  mutating func move(_ indices: Range<Int>, from source: Int, to target: Int, _ layout: SlotLayout)
  {
    if isStale(indices.lowerBound, indices.upperBound - 1, layout) { return }
    if source > target {
      move(Upwards.self, indices.count, from: source, to: target)
    } else {
      move(Downwards.self, indices.count, from: source, to: target)
    }
  }

  /// The leaf over `target` gets at most what the two leaves hold that its gaps come from. The
  /// leaves are written in the order in which none is overwritten before it is read.
  private mutating func move<W: Way>(
    _: W.Type, _ count: Int, from source: Int, to target: Int
  ) {
    let leaves = SummaryTree.parents(of: target..<target &+ count)
    let sources = SummaryTree.parents(of: source..<source &+ count)
    let start = tree.start(of: 0)
    let offset = start &+ (source &- target) >> SummaryTree.fanOutShift
    let isSplit = (source &- target) & 7 != 0
    let (lowest, highest) = (leaves.lowerBound, leaves.upperBound &- 1)
    var summaries = summaries.mutableSpan
    // The first and the last leaf also have slots that stay, and keep what they promise.
    func end(_ leaf: Int, _ summaries: borrowing MutableSpan<UInt64>) -> UInt64 {
      let low = max(offset &+ leaf, start &+ sources.lowerBound)
      let high = min(offset &+ leaf &+ 1, start &+ sources.upperBound &- 1)
      var summary = GapSummary(bits: summaries[start &+ leaf])
      summary.include(GapSummary(bits: summaries[low]))
      summary.include(GapSummary(bits: summaries[high]))
      return summary.bits
    }
    let (lowestBits, highestBits) = (end(lowest, summaries), end(highest, summaries))
    var left = highest &- lowest &- 1
    if left > 0 {
      var leaf = W.isUpwards ? lowest &+ 1 : highest &- 1
      let ahead = W.isUpwards ? 1 : 0
      var last = GapSummary(bits: summaries[offset &+ leaf &+ (1 &- ahead)])
      while left > 0 {
        let next = GapSummary(bits: summaries[offset &+ leaf &+ ahead])
        summaries[start &+ leaf] =
          isSplit ? last.union(next).bits : W.isUpwards ? last.bits : next.bits
        last = next
        leaf &+= W.step
        left &-= 1
      }
    }
    summaries[start &+ lowest] = lowestBits
    summaries[start &+ highest] = highestBits
    summarizeBranches(above: leaves)
  }
}
