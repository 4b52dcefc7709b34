import Addressing

/// What is known about 4096 frames (16 MiB) of which some are free and some are not.
///
/// A chunk's record is only written when the chunk is first divided; that it holds garbage
/// until then is what makes memory that nobody has touched cost nothing. Frames are named by
/// their offset in the chunk, groups of 64 frames by their number in it.
struct Chunk: AnyBitPattern {
  /// The 64 groups of 64 frames: free, allocated whole in larger blocks, or closed.
  var groups: BlockWord

  /// For each level from 1 to 6, the closed groups that have it. The others are never read.
  var ready: InlineArray<8, UInt64>

  /// The closed groups to which frames were freed since their levels were put right; these may
  /// be too low. While there are some the chunk is in the highest list.
  var unsorted: UInt64

  /// The neighbours in the zone's list of chunks of the same level.
  var previous: UInt32
  var next: UInt32

  /// The chunk's first frame, in units of chunks.
  var number: UInt32

  /// The chunk's level: the order of its largest free block, plus one; 0 where nothing is free.
  /// Too low where groups are unsorted.
  var level: UInt32

  /// The list that the chunk is in, 0 for none: that of its level or a higher one. A chunk whose
  /// level falls stays where it is until a search comes by; often the level has risen again by
  /// then.
  var list: UInt32

  /// The chunk's place in its zone.
  var index: UInt32

  /// The level of each closed group; `claimed` for one that a processor's cache has, `open`
  /// for those that are not closed.
  var levels: InlineArray<64, UInt8>

  /// The frames of each closed group.
  var frames: InlineArray<64, BlockWord>

  /// The base-2 logarithm of the frames in a group.
  static var groupShift: Int { 6 }

  /// The base-2 logarithm of the frames in a chunk, and so the order of a whole free chunk.
  static var shift: Int { 12 }

  /// The level of a group with 63 free frames at most.
  static var highestGroupLevel: Int { 6 }

  /// The level of a chunk in which everything is free.
  static var wholeLevel: UInt32 { 13 }

  /// Stands for the level of a group that a processor's cache has.
  static var claimed: UInt8 { 0xff }

  /// Stands for the level of a group that is not closed.
  static var open: UInt8 { 0xfe }

  /// Stands for no chunk in links.
  static var none: UInt32 { .max }

  /// The chunk's first frame.
  var firstFrame: UInt64 { UInt64(number) &<< UInt64(Self.shift) }

  /// Writes the record of a chunk in which everything is free and that is in no list.
  mutating func makeFree(firstFrame: UInt64, index: Int) {
    groups = .allFree
    for level in 0..<8 { ready[level] = 0 }
    unsorted = 0
    previous = Self.none
    next = Self.none
    number = UInt32(truncatingIfNeeded: firstFrame >> UInt64(Self.shift))
    level = Self.wholeLevel
    list = 0
    self.index = UInt32(truncatingIfNeeded: index)
    for group in 0..<64 { levels[group] = Self.open }
  }

  /// Writes the record of a chunk in which everything is reserved and that is in no list.
  mutating func makeReserved(firstFrame: UInt64, index: Int) {
    makeFree(firstFrame: firstFrame, index: index)
    groups = .allClosed
    level = 0
    for group in 0..<64 {
      levels[group] = 0
      frames[group] = .allClosed
    }
  }

  /// Puts the chunk's level right. (A computed property would copy the chunk.)
  mutating func refreshLevel() {
    if groups.available != 0 {
      level = UInt32(truncatingIfNeeded: groups.largestOrder &+ Self.groupShift &+ 1)
      return
    }
    var highest = Self.highestGroupLevel
    while highest > 0, ready[highest & 7] == 0 { highest &-= 1 }
    level = UInt32(truncatingIfNeeded: highest)
  }

  /// Notes a closed group's new level.
  @inline(__always)
  mutating func setLevel(_ new: Int, ofGroup group: Int, was old: Int) {
    let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: group)
    ready[old & 7] &= ~bit
    ready[new & 7] |= bit
    levels[group & 63] = UInt8(truncatingIfNeeded: new)
  }

  /// Divides a free group into 64 free frames, at level 0 until the caller has said otherwise.
  mutating func closeGroup(_ group: Int) {
    groups.close(1 &<< UInt64(truncatingIfNeeded: group))
    frames[group & 63] = .allFree
    levels[group & 63] = 0
  }

  /// Puts right the levels of a closed group and the chunk, whatever was done to the frames.
  mutating func refreshLevel(ofGroup group: Int) {
    let old = Int(levels[group & 63])
    guard old <= Self.highestGroupLevel else { return }
    let new = frames[group & 63].largestOrder &+ 1
    setLevel(new, ofGroup: group, was: old)
    if new > Self.highestGroupLevel { openGroup(group) }
    refreshLevel()
  }

  /// Makes a closed group in which every frame is free a free group.
  mutating func openGroup(_ group: Int) {
    levels[group & 63] = Self.open
    groups.reopen(1 &<< UInt64(truncatingIfNeeded: group))
  }
}
