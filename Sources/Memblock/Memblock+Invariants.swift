import Addressing

/// What is always true of a memblock. Checked after every operation in debug builds, and by
/// tests and fuzzers in any build.
extension Memblock {
  /// Checks the invariants after an operation, in debug builds.
  @inline(__always)
  func debugCheck() {
    assert(brokenInvariant == nil, "a memblock invariant is broken")
  }

  /// The first invariant that doesn't hold, in words; `nil` where all do. O(n).
  public var brokenInvariant: StaticString? {
    if isTornDown {
      let isEmpty = memoryTable.count == 0 && reservedTable.count == 0
      return isEmpty ? nil : "a memblock that has ended has regions"
    }
    for index in RegionType.all.indices {
      if let broken = inspect(RegionType.all[index], { $0.brokenInvariant }) { return broken }
    }
    if memoryTable.hasChanged { return nil }
    return reservedTable.freeSpace.brokenInvariant(reservedTable.slots, memoryTable.slots)
  }

  /// Whether the memory of all grown tables is reserved, as it is until somebody frees it.
  package var grownTablesAreReserved: Bool {
    for index in RegionType.all.indices {
      if !isReservedThroughout(grownRange(RegionType.all[index])) { return false }
    }
    return true
  }

  func isReservedThroughout(_ range: AddressRange) -> Bool {
    var cursor = range.start.value
    while cursor < range.end.value {
      guard let index = reservedTable.slots.index(of: cursor) else { return false }
      cursor = reservedTable.extent(index).end
    }
    return true
  }
}

extension RegionTable {
  /// Regions are not empty, sorted and disjoint; the count fits and so does the slack; the
  /// storage is the static one as long as the capacity is.
  var brokenInvariant: StaticString? {
    if count < 0 || count > capacity { return "more regions than fit" }
    if layout.slackStart < 0 || layout.slackStart > count {
      return "the slack is not among the regions"
    }
    if capacity != storage.extents.count || capacity != storage.attributes.count
      || capacity != freeSpace.summaries.count * 2
    {
      return "the columns have not the same length"
    }
    if (capacity == TableStorage.fixedCapacity) == storage.hasGrown {
      return "a table of 128 has grown, or a larger one has not"
    }
    var previousEnd: UInt64 = 0
    for index in 0..<count {
      let extent = extent(index)
      if extent.base >= extent.end { return "an empty region" }
      if extent.base < previousEnd { return "regions overlap or are not sorted" }
      previousEnd = extent.end
    }
    return nil
  }
}

extension FreeSpaceIndex {
  /// No gap that is not stale holds more than the summaries above it say.
  func brokenInvariant(_ slots: RegionSlots, _ memory: RegionSlots) -> StaticString? {
    for index in 0...slots.count where !isStale(index, index, slots.layout) {
      let slot = slots.layout.slot(index)
      let truth = summary(of: slot..<slot + 1, slots, memory)
      var level = 0
      while true {
        let branch = slot >> (SummaryTree.fanOutShift * (level + 1))
        let known = GapSummary(bits: summaries.span[tree.start(of: level) + branch])
        if !known.covers(truth) { return "the index of free space promises too little" }
        if tree.isTop(level) { break }
        level += 1
      }
    }
    return nil
  }
}
