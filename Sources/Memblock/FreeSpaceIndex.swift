/// The index that makes finding free memory logarithmic: how much of `memory` the gaps between
/// reservations hold, summarised in a tree of maxima.
///
///     slots of `reserved`     0 … 7    8 … 15   16 … 23  …
///     level 0, leaves         leaf 0   leaf 1   leaf 2   …     the gaps below 8 slots
///     level 1                 branch 0, of leaves 0 … 7   …    8 leaves
///     …
///     the top                 one branch, of all gaps
///
/// The leaves are over slots, not indices: a region that is inserted where the slack is moves
/// none of the others.
///
/// **The rule of hints.** A summary may promise too much, never too little. A gap that shrinks
/// or moves costs next to nothing: its summary stays, or becomes the maximum of those that it
/// may have come from. A search that a leaf has misled computes that leaf again. Gaps that may
/// have grown are *stale*, and all of them are summarised before the next search: they are those
/// outside the valid prefix and the valid suffix. So reservations without a search in between
/// are all but free here.
@frozen @usableFromInline
struct FreeSpaceIndex: ~Copyable {
  @usableFromInline var summaries: SummaryColumn

  /// How many gaps from the bottom are not stale.
  @usableFromInline var validPrefix: Int

  /// How many gaps from the top are not stale.
  @usableFromInline var validSuffix: Int

  /// An index of which nothing is valid.
  @inlinable @inline(__always)
  init() {
    summaries = SummaryColumn(repeating: 0)
    validPrefix = 0
    validSuffix = 0
  }
}

/// Where the levels of the tree stand among the summaries of a table of that capacity.
struct SummaryTree {
  /// Eight slots to a leaf, eight leaves or branches to a branch.
  @inline(__always) static var fanOutShift: Int { 3 }

  let capacity: Int

  /// Where a level's summaries start. Behind the last is room for seven empty ones.
  @inline(__always)
  func start(of level: Int) -> Int { capacity &>> (2 &* level &+ 2) }

  /// Whether a level has a single branch, which sums up the whole table.
  @inline(__always)
  func isTop(_ level: Int) -> Bool { capacity &>> (Self.fanOutShift &* (level &+ 1)) == 0 }

  /// The slots that a leaf sums up.
  @inline(__always)
  func slots(ofLeaf leaf: Int) -> Range<Int> {
    let first = leaf << Self.fanOutShift
    return first..<min(first &+ 1 << Self.fanOutShift, capacity &+ 1)
  }

  /// The leaves over some slots, or the branches over some leaves or branches.
  @inline(__always)
  static func parents(of range: Range<Int>) -> Range<Int> {
    range.lowerBound >> fanOutShift..<(range.upperBound &- 1) >> fanOutShift &+ 1
  }
}

extension FreeSpaceIndex {
  @inline(__always) var tree: SummaryTree { SummaryTree(capacity: summaries.count &* 2) }
}

// MARK: What is stale

extension FreeSpaceIndex {
  /// Whether the gaps from `first` through `last` are all stale, so that the next search
  /// summarises them anyway.
  @inline(__always)
  func isStale(_ first: Int, _ last: Int, _ layout: SlotLayout) -> Bool {
    first >= validPrefix && layout.count &- last >= validSuffix
  }

  /// Notes that the gaps from `first` through `last` may have grown.
  @inline(__always)
  mutating func invalidate(_ first: Int, _ last: Int, _ layout: SlotLayout) {
    validPrefix = min(validPrefix, first)
    validSuffix = min(validSuffix, layout.count &- last)
  }

  /// Summarises the stale gaps. O(gaps that have changed).
  @inline(__always)
  mutating func refresh(_ slots: RegionSlots, _ memory: RegionSlots) {
    let layout = slots.layout
    let first = validPrefix
    let end = layout.count &+ 1 &- validSuffix
    if first >= end { return }
    let slackStart = layout.slackStart
    if first < slackStart { summarize(first..<min(end, slackStart), slots, memory) }
    if end > slackStart {
      summarize(
        max(first, slackStart) &+ layout.slack..<end &+ layout.slack, slots, memory)
    }
    validPrefix = layout.count &+ 1
    validSuffix = layout.count &+ 1
  }
}
