/// Keeping the index of gaps up with a table that changes, without a look at what has changed.
extension RegionTable {
  /// Follows the gap above the slack as it is split: of its two parts, the lower one, `part`, gets
  /// `slot`. Neither is larger than the whole was.
  mutating func splitSummary(to slot: Int, _ part: Extent) {
    let levels = levels
    var level = 0
    var start = levels.start(of: 0)
    var node = slot >> Self.fanOutShift
    let source = (slackStart &+ slack) >> Self.fanOutShift
    var summaries = storage.mutableSummaries
    var summary = GapSummary(bits: summaries[start &+ source])
    summary.isExact = false
    summaries[start &+ source] = summary.bits
    if node == source { return }
    // Mostly the rest that the alignment of an allocation has left over.
    var lower = GapSummary.empty
    lower.include(part)
    summary = summary.intersection(lower)
    summary.include(GapSummary(bits: summaries[start &+ node]))
    summaries[start &+ node] = summary.bits
    while !levels.isTop(level) {
      level &+= 1
      start = levels.start(of: level)
      node >>= Self.fanOutShift
      let known = GapSummary(bits: summaries[start &+ node])
      var wider = known
      wider.include(summary)
      if wider.bits == known.bits { return }
      summaries[start &+ node] = wider.bits
    }
  }

  /// Takes down that a gap has shrunk.
  @inline(__always)
  mutating func noteShrunkGap(_ index: Int) {
    let leaf = levels.start(of: 0) &+ slot(index) >> Self.fanOutShift
    var summaries = storage.mutableSummaries
    var summary = GapSummary(bits: summaries[leaf])
    summary.isExact = false
    summaries[leaf] = summary.bits
  }

  /// Follows `count` entries that have moved from `source` to `target`. What a leaf's new
  /// entries hold is at most what the two leaves hold that they come from.
  mutating func moveSummaries(_ count: Int, from source: Int, to target: Int) {
    let leaves = Self.parents(of: target..<target &+ count)
    let sources = Self.parents(of: source..<source &+ count)
    let start = levels.start(of: 0)
    let offset = start &+ (source &- target) >> Self.fanOutShift
    let isSplit = (source &- target) & 7 != 0
    var summaries = storage.mutableSummaries
    // At the ends there may be slots that have not moved.
    func end(_ leaf: Int, _ summaries: borrowing MutableSpan<UInt64>) -> UInt64 {
      let low = max(offset &+ leaf, start &+ sources.lowerBound)
      let high = min(offset &+ leaf &+ 1, start &+ sources.upperBound &- 1)
      var summary = GapSummary(bits: summaries[start &+ leaf])
      summary.include(GapSummary(bits: summaries[low]))
      summary.include(GapSummary(bits: summaries[high]))
      return summary.bits
    }
    let (lowest, highest) = (leaves.lowerBound, leaves.upperBound &- 1)
    let (lowestBits, highestBits) = (end(lowest, summaries), end(highest, summaries))
    // Those between, in the order in which no leaf is overwritten before it is read.
    if source > target {
      var leaf = lowest &+ 1
      var low = GapSummary(bits: summaries[offset &+ leaf])
      while leaf < highest {
        let high = GapSummary(bits: summaries[offset &+ leaf &+ 1])
        summaries[start &+ leaf] = isSplit ? low.union(high).bits : low.bits
        low = high
        leaf &+= 1
      }
    } else {
      var leaf = highest &- 1
      var high = GapSummary(bits: summaries[offset &+ leaf &+ 1])
      while leaf > lowest {
        let low = GapSummary(bits: summaries[offset &+ leaf])
        summaries[start &+ leaf] = isSplit ? low.union(high).bits : low.bits
        high = low
        leaf &-= 1
      }
    }
    summaries[start &+ lowest] = lowestBits
    summaries[start &+ highest] = highestBits
    summarizeNodes(above: leaves)
  }
}
