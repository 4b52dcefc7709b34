/// What the tables don't show of a memblock, as a number, for tests that look for all states.
extension Memblock {
  /// Another one wherever the index of free space, or where the regions stand, is. O(capacity).
  package var indexFingerprint: UInt64 {
    var hash: UInt64 = 0
    func include(_ word: Int) {
      hash = (hash ^ UInt64(truncatingIfNeeded: word)) &* 0x9e37_79b9_7f4a_7c15
      hash ^= hash >> 29
    }
    include(memoryTable.hasChanged ? 1 : 0)
    include(memoryTable.fillsFromTop ? 1 : 0)
    include(memoryTable.layout.slackStart)
    include(reservedTable.fillsFromTop ? 1 : 0)
    include(reservedTable.layout.slackStart)
    include(reservedTable.freeSpace.validPrefix)
    include(reservedTable.freeSpace.validSuffix)
    let summaries = reservedTable.freeSpace.summaries.span
    for index in summaries.indices { include(Int(bitPattern: UInt(summaries[index]))) }
    return hash
  }
}
