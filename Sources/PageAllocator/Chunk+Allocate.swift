import Addressing

extension Chunk {
  /// A free block of exactly `order`, 0 to 12, which the caller must take: its group and its first
  /// unit there; `nil` where there is none. One smaller than a group is taken from 2 MiB without a
  /// free group if it can be, because those with one may sooner be free as a whole; and of all these
  /// the lowest.
  ///
  /// Puts right what the chunk was said to hold. Amortised O(1).
  @inline(__always)
  mutating func block(of order: Int) -> (group: Int, unit: Int)? {
    if order >= Self.groupShift {
      let blocks = BlockWord.blocks(exactly: order &- Self.groupShift, in: groups.available)
      return blocks == 0 ? nil : (blocks.trailingZeroBitCount, 0)
    }
    var left = holding[order & 7] & divided
    let spared = groupsBesideFreeOnes
    while left != 0 {
      let group = (left & ~spared != 0 ? left & ~spared : left).trailingZeroBitCount
      let blocks = BlockWord.blocks(exactly: order, in: frames[group & 63].available)
      // The last block of its size leaves none to find here.
      if blocks & (blocks &- 1) == 0 { left &= ~(1 &<< UInt64(truncatingIfNeeded: group)) }
      if blocks != 0 {
        holding[order & 7] = left
        return (group, blocks.trailingZeroBitCount)
      }
    }
    holding[order & 7] = 0
    return nil
  }

  /// The groups of each 2 MiB, 8 groups, that has a free one.
  @inline(__always)
  private var groupsBesideFreeOnes: UInt64 {
    // Each eighth's first bit becomes what any of its bits is.
    var free = groups.available
    free |= free &>> 4
    free |= free &>> 2
    free |= free &>> 1
    return (free & BlockWord.starts(3)) &* 0xff
  }

  /// Allocates a block of `order` at the start of the free block of order `larger` at a place, and
  /// returns its offset. What is left of that has one block of each order between.
  @inline(__always)
  mutating func allocate(_ order: Int, from larger: Int, at place: (group: Int, unit: Int)) -> Int {
    let (group, unit) = place
    if order >= Self.groupShift {
      groups.allocate(order &- Self.groupShift, at: group)
      return group &<< Self.groupShift
    }
    if larger >= Self.groupShift { divide(group) }
    frames[group & 63].allocate(order, at: unit)
    var left = order
    while left < min(larger, Self.groupShift) {
      holding[left & 7] |= 1 &<< UInt64(truncatingIfNeeded: group)
      left &+= 1
    }
    return group &<< Self.groupShift | unit
  }

  /// Takes every free frame of a group with a free block of order `larger`, as blocks of order 0.
  mutating func claim(_ group: Int, from larger: Int) -> UInt64 {
    if larger >= Self.groupShift { divide(group) }
    let units = frames[group & 63].available
    frames[group & 63].free &= ~units
    frames[group & 63].head |= units
    divided &= ~(1 &<< UInt64(truncatingIfNeeded: group))
    claimed |= 1 &<< UInt64(truncatingIfNeeded: group)
    return units
  }

  /// Gives a claimed group back, with the frames of it that are still free.
  mutating func unclaim(_ group: Int, units: UInt64) {
    frames[group & 63].free |= units
    frames[group & 63].head &= ~units
    claimed &= ~(1 &<< UInt64(truncatingIfNeeded: group))
    divided |= 1 &<< UInt64(truncatingIfNeeded: group)
  }
}
