import Addressing

extension Chunk {
  /// Allocates a block of order 0 to 12, which the chunk's level promises, and returns its
  /// offset. O(1).
  @inline(__always)
  mutating func allocate(_ order: Int) -> Int {
    order < Self.groupShift ? allocateFrames(order) : allocateGroups(order &- Self.groupShift)
  }

  /// Allocates a block of 2^order groups.
  @inline(__always)
  private mutating func allocateGroups(_ order: Int) -> Int {
    let found = groups.smallestBlock(holding: order)
    groups.allocate(order, at: found.unit)
    if found.isLastOfItsSize {
      // What is left of the largest block has its halves, if it was larger than wanted.
      if found.order > order {
        level = UInt32(truncatingIfNeeded: found.order &+ Self.groupShift)
      } else {
        refreshLevel()
      }
    }
    return found.unit &<< Self.groupShift
  }

  /// Allocates a block of 2^order frames in the group that fits it tightest.
  private mutating func allocateFrames(_ order: Int) -> Int {
    let (group, old) = group(holding: order)
    return allocate(order, inGroup: group, ofLevel: old)
  }

  /// Allocates one frame of the group with the smallest free blocks, if these are smaller than
  /// 16 frames; −1 if not.
  mutating func allocateLooseFrame() -> Int {
    var level = 1
    while level < 5 {
      let groups = ready[level & 7]
      if groups != 0 {
        return allocate(0, inGroup: groups.trailingZeroBitCount, ofLevel: level)
      }
      level &+= 1
    }
    return -1
  }

  /// Allocates a block of 2^order frames in a group that has one.
  @inline(__always)
  private mutating func allocate(_ order: Int, inGroup group: Int, ofLevel old: Int) -> Int {
    let found =
      old == order &+ 1
      ? frames[group & 63].block(ofLargest: order)
      : frames[group & 63].smallestBlock(holding: order)
    frames[group & 63].allocate(order, at: found.unit)
    if found.isLastOfItsSize {
      let new =
        found.order > order
        ? found.order : order == 0 ? 0 : frames[group & 63].largestOrder &+ 1
      setLevel(new, ofGroup: group, was: old)
      if old == 0 || old == level && ready[old & 7] == 0 { refreshLevel() }
    }
    return group &<< Self.groupShift | found.unit
  }

  /// The closed group that fits a block of `order` tightest, and its level. Where only free
  /// groups hold it one of them is closed, at level 0; the chunk's level is then to be put
  /// right.
  @inline(__always)
  mutating func group(holding order: Int) -> (group: Int, level: Int) {
    var level = order &+ 1
    while level <= Self.highestGroupLevel {
      let groups = ready[level & 7]
      if groups != 0 { return (groups.trailingZeroBitCount, level) }
      level &+= 1
    }
    let found = groups.smallestBlock(holding: 0)
    closeGroup(found.unit)
    return (found.unit, 0)
  }

  /// Takes every free frame of one group, as blocks of order 0: the group with the fewest.
  mutating func claimGroup() -> (group: Int, units: UInt64) {
    let (group, old) = group(holding: 0)
    let units = frames[group & 63].available
    frames[group & 63].free &= ~units
    frames[group & 63].head |= units
    setLevel(0, ofGroup: group, was: old)
    levels[group & 63] = Self.claimed
    if old == 0 || old == level && ready[old & 7] == 0 { refreshLevel() }
    return (group, units)
  }

  /// Gives a claimed group back, with the frames of it that are still free.
  mutating func unclaim(_ group: Int, units: UInt64) {
    frames[group & 63].free |= units
    frames[group & 63].head &= ~units
    levels[group & 63] = 0
    refreshLevel(ofGroup: group)
  }
}
