import Addressing

/// What is known about 4096 frames (16 MiB) of which some are free and some are not.
///
/// A chunk's record is only written when the chunk is first divided; that it holds garbage
/// until then is what makes memory that nobody has touched cost nothing. Frames are named by
/// their offset in the chunk, groups of 64 frames by their number in it.
struct Chunk: AnyBitPattern {
  /// The 64 groups of 64 frames: free, allocated whole in larger blocks, or closed.
  var groups: BlockWord

  /// The closed groups whose frames are looked at one by one. Those that are neither these nor
  /// claimed begin a block on the shelf.
  var divided: UInt64

  /// The closed groups that processors' caches have.
  var claimed: UInt64

  /// For each order from 0 to 5, the groups that may have a free block of it that is not part of
  /// a larger one; every divided group that has one is among them.
  var holding: InlineArray<8, UInt64>

  /// The orders for which the zone knows that the chunk may have such a block.
  var orders: UInt64

  /// The chunk's first frame, in units of chunks.
  var number: UInt32

  /// The chunk's place in its zone.
  var index: UInt32

  /// The frames of each closed group.
  var frames: InlineArray<64, BlockWord>

  /// The base-2 logarithm of the frames in a group.
  static var groupShift: Int { 6 }

  /// The base-2 logarithm of the frames in a chunk, and so the order of a whole free chunk.
  static var shift: Int { 12 }

  /// The chunk's first frame.
  var firstFrame: UInt64 { UInt64(number) &<< UInt64(Self.shift) }

  /// Writes the record of a chunk in which everything is free and of which the zone knows nothing.
  mutating func makeFree(firstFrame: UInt64, index: Int) {
    groups = .allFree
    divided = 0
    claimed = 0
    for order in 0..<8 { holding[order] = 0 }
    orders = 0
    number = UInt32(truncatingIfNeeded: firstFrame >> UInt64(Self.shift))
    self.index = UInt32(truncatingIfNeeded: index)
  }

  /// Writes the record of a chunk in which everything is reserved.
  mutating func makeReserved(firstFrame: UInt64, index: Int) {
    makeFree(firstFrame: firstFrame, index: index)
    groups = .allClosed
    divided = .max
    for group in 0..<64 { frames[group] = .allClosed }
  }

  /// The group of the chunk that a frame is in, and its place there modulo 64.
  @inline(__always)
  static func place(of frame: UInt64) -> (group: Int, unit: Int) {
    let offset = Int(truncatingIfNeeded: frame)
    return (offset &>> groupShift & 63, offset)
  }

  /// Whether a group is divided.
  @inline(__always)
  func isDivided(_ group: Int) -> Bool {
    divided &>> UInt64(truncatingIfNeeded: group) & 1 != 0
  }

  /// Whether a group is one that a processor's cache has.
  @inline(__always)
  func isClaimed(_ group: Int) -> Bool {
    claimed &>> UInt64(truncatingIfNeeded: group) & 1 != 0
  }

  /// Divides a free group into 64 free frames.
  mutating func divide(_ group: Int) {
    let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: group)
    groups.close(bit)
    divided |= bit
    frames[group & 63] = .allFree
  }

  /// Makes a divided group in which every frame is free a free group.
  mutating func merge(_ group: Int) {
    let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: group)
    divided &= ~bit
    groups.reopen(bit)
  }

  /// Notes the orders of which a group has free blocks.
  mutating func note(_ orders: UInt64, inGroup group: Int) {
    for order in 0..<Self.groupShift where orders >> UInt64(order) & 1 != 0 {
      holding[order] |= 1 &<< UInt64(truncatingIfNeeded: group)
    }
  }
}
