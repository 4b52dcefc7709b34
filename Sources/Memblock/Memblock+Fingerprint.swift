/// What the tables don't show of a memblock, as a number, for tests that look for all states.
extension Memblock {
  /// Different wherever the index of free space, or where the regions stand, is. O(capacity).
  package var indexFingerprint: UInt64 {
    var hash: UInt64 = memoryTable.hasChanged ? 1 : 2
    func include(_ word: UInt64, in hash: inout UInt64) {
      hash = (hash ^ word) &* 0x9e37_79b9_7f4a_7c15
      hash ^= hash >> 29
    }
    let reserved = reservedTable.slackStart << 32 | memoryTable.slackStart
    include(UInt64(reserved) | (reservedTable.fillsFromTop ? 1 << 63 : 0), in: &hash)
    include(memoryTable.fillsFromTop ? 1 : 0, in: &hash)
    include(UInt64(reservedTable.knownBelow << 32 | reservedTable.knownAbove), in: &hash)
    let summaries = reservedTable.storage.summaries
    for index in summaries.indices { include(summaries[index], in: &hash) }
    return hash
  }
}
