import Addressing

extension Chunk {
  /// What became of a wish to free a block.
  enum Outcome {
    /// It is free.
    case freed
    /// There is no such allocated block. Nothing was changed.
    case refused
    /// It is one, but in a group that a processor's cache has; the cache must be asked whether
    /// the frame is at hand there. Nothing was changed.
    case claimed
  }

  /// Frees the allocated block of `order`, 0 to 12, at an offset. O(1).
  @inline(__always)
  mutating func free(_ order: Int, at offset: Int) -> Outcome {
    order < Self.groupShift
      ? freeFrames(order, at: offset)
      : freeGroups(order &- Self.groupShift, at: offset >> Self.groupShift)
  }

  /// Frees a block of 2^order frames.
  @inline(__always)
  private mutating func freeFrames(_ order: Int, at offset: Int) -> Outcome {
    let group = offset >> Self.groupShift & 63
    let unit = offset & 63
    let old = Int(levels[group])
    guard old <= Self.highestGroupLevel else {
      return old == Int(Self.claimed) && frames[group].isBlock(order, at: unit)
        ? .claimed : .refused
    }
    guard frames[group].isBlock(order, at: unit) else { return .refused }
    frames[group].release(order, at: unit)
    // Only a block larger than all others changes the level.
    let least = max(order, old &- 1)
    let new = frames[group].mergedOrder(from: least, at: unit) &+ 1
    if new != old { raiseLevel(new, ofGroup: group, was: old) }
    return .freed
  }

  /// Frees the allocated frame at an offset, if it is one on its own.
  ///
  /// - Returns: Whether it was freed; and whether levels are to be put right then, for which
  ///   the caller calls `refreshLevel(ofGroup:)`.
  @inline(__always)
  mutating func freeFrame(at offset: Int) -> (isFreed: Bool, changesLevel: Bool) {
    let group = offset >> Self.groupShift & 63
    let unit = offset & 63
    let level = Int(levels[group])
    let word = frames[group]
    guard level <= Self.highestGroupLevel, word.isBlock(0, at: unit) else { return (false, false) }
    let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: unit)
    let free = word.free | bit
    let head = word.head & ~bit
    frames[group].free = free
    frames[group].head = head
    // The level rises where the frame completes a block larger than all others.
    let first = unit & (-1 &<< level)
    let grown = ((~free | head) &>> first) & BlockWord.units(of: level, at: 0) == 0
    return (true, grown)
  }

  /// Frees a block of a claimed group, which stays claimed.
  mutating func freeClaimed(_ order: Int, at offset: Int) {
    frames[offset >> Self.groupShift & 63].release(order, at: offset & 63)
  }

  /// Puts right the levels of a group and the chunk, after a block of the group was freed.
  private mutating func raiseLevel(_ new: Int, ofGroup group: Int, was old: Int) {
    setLevel(new, ofGroup: group, was: old)
    if new <= Self.highestGroupLevel {
      level = max(level, UInt32(truncatingIfNeeded: new))
    } else {
      openGroup(group)
      raiseLevel(freed: 0, at: group)
    }
  }

  /// Frees a block of 2^order groups.
  @inline(__always)
  private mutating func freeGroups(_ order: Int, at group: Int) -> Outcome {
    guard groups.isBlock(order, at: group) else { return .refused }
    groups.release(order, at: group)
    raiseLevel(freed: order, at: group)
    return .freed
  }

  /// Puts right the chunk's level after groups of it were freed.
  @inline(__always)
  private mutating func raiseLevel(freed order: Int, at group: Int) {
    let least = max(order, Int(level) &- 1 &- Self.groupShift)
    let merged = groups.mergedOrder(from: least, at: group)
    level = max(level, UInt32(truncatingIfNeeded: merged &+ Self.groupShift &+ 1))
  }
}
