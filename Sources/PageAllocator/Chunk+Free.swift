import Addressing

/// Levels after a block was freed: they can only have risen.
extension Chunk {
  /// The group of the chunk that a frame is in, and its place there modulo 64.
  @inline(__always)
  static func place(of frame: UInt64) -> (group: Int, unit: Int) {
    let offset = Int(truncatingIfNeeded: frame)
    return (offset &>> groupShift & 63, offset)
  }

  /// Notes that frames of a closed group were freed.
  ///
  /// Levels are not put right at once: most groups change often between two searches.
  ///
  /// - Returns: Whether it is the only such group, so that the chunk is to be moved to the
  ///   highest list.
  @inline(__always)
  mutating func noteFree(inGroup group: Int) -> Bool {
    let others = unsorted
    unsorted = others | 1 &<< UInt64(truncatingIfNeeded: group)
    return others == 0
  }

  /// Puts right the levels of all groups and the chunk.
  mutating func sort() {
    while unsorted != 0 {
      let group = unsorted.trailingZeroBitCount
      unsorted &= unsorted &- 1
      let old = Int(levels[group & 63])
      // A claimed group has no level.
      guard old <= Self.highestGroupLevel else { continue }
      let new = frames[group & 63].largestOrder &+ 1
      setLevel(new, ofGroup: group, was: old)
      if new > Self.highestGroupLevel { openGroup(group) }
    }
    refreshLevel()
  }

  /// Puts right the chunk's level after 2^order groups were freed.
  @inline(__always)
  mutating func raiseLevel(freed order: Int, at group: Int) {
    let least = max(order, Int(level) &- 1 &- Self.groupShift)
    let merged = groups.mergedOrder(from: least, at: group)
    level = max(level, UInt32(truncatingIfNeeded: merged &+ Self.groupShift &+ 1))
  }
}
