import Addressing

/// Groups of frames that a processor takes as a whole, to hand them out one by one without
/// the zone's lock.
extension Zone {
  /// Takes every free frame of one group, as blocks of order 0.
  ///
  /// - Returns: The group and the set of the frames taken; `nil` where nothing is free.
  mutating func claimGroup() -> (group: Int, units: UInt64)? {
    guard let chunk = chunk(holding: 0) else { return nil }
    let (group, level, changesChunk) = group(holding: 0, in: chunk)
    let units = frames[group].available
    frames[group].free &= ~units
    frames[group].head |= units
    setLevel(0, ofGroup: group, was: level)
    levels[group] = Self.claimed
    if changesChunk { setLevel(chunks[chunk].largestLevel, ofChunk: chunk) }
    freeFrames &-= UInt64(truncatingIfNeeded: units.nonzeroBitCount)
    return (group, units)
  }

  /// Gives a claimed group back, with the frames of it that are still free.
  mutating func unclaim(_ group: Int, units: UInt64) {
    frames[group].free |= units
    frames[group].head &= ~units
    freeFrames &+= UInt64(truncatingIfNeeded: units.nonzeroBitCount)
    levels[group] = 0
    refreshLevel(ofGroup: group)
  }

  /// Puts right the levels of a closed group and its chunk, whatever was done to its frames.
  mutating func refreshLevel(ofGroup group: Int) {
    let old = Int(levels[group])
    guard old <= Chunk.groupShift else { return }
    let new = frames[group].largestOrder &+ 1
    if new <= Chunk.groupShift {
      setLevel(new, ofGroup: group, was: old)
    } else {
      setLevel(0, ofGroup: group, was: old)
      chunks[group >> 6].groups.reopen(1 &<< UInt64(truncatingIfNeeded: group & 63))
    }
    setLevel(chunks[group >> 6].largestLevel, ofChunk: group >> 6)
  }
}
