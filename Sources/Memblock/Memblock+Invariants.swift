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
    return memoryTable.brokenInvariant ?? reservedTable.brokenInvariant
      ?? brokenPhysmemInvariant ?? reservedTable.brokenFreeSpaceInvariant(memoryTable)
  }

  /// Whether the memory of all grown tables is reserved, as it is until somebody frees it.
  public var grownTablesAreReserved: Bool {
    holdsReservation(memoryTable.storage.grownRange)
      && holdsReservation(reservedTable.storage.grownRange)
      && holdsReservation(grownPhysmemRange)
  }

  func holdsReservation(_ range: AddressRange) -> Bool {
    var cursor = range.start.value
    while cursor < range.end.value {
      guard let index = reservedTable.index(of: cursor) else { return false }
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
    if slackStart < 0 || slackStart > count { return "the slack is not among the regions" }
    if (capacity == TableStorage.staticCapacity) != storage.grownRange.isEmpty {
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

extension RegionTable {
  /// No gap that is not to be looked at again holds more than the nodes above it say.
  func brokenFreeSpaceInvariant(_ memory: borrowing RegionTable) -> StaticString? {
    if memory.hasChanged { return nil }
    for index in 0...count where !isStale(index, index) {
      let slot = slot(index)
      let truth = summary(of: slot..<slot + 1, memory)
      var level = 0
      while true {
        let node = slot >> (Self.fanOutShift * (level + 1))
        let known = GapSummary(bits: storage.summaries[levels.start(of: level) + node])
        if !known.covers(truth) { return "the index of gaps promises too little" }
        if levels.isTop(level) { break }
        level += 1
      }
    }
    return nil
  }
}
