import Addressing

/// The header of four frames (16 KiB) that hold small blocks of one size.
///
/// It lies at the start of the frames, which are aligned to their size, so that a block's slab
/// is found from the block's address.
struct Slab: AnyBitPattern {
  /// The heap's secret mixed with the slab's address: what tells a slab from other memory.
  var mark: UInt64

  /// The neighbours in the list of the class's slabs that have room: physical addresses.
  var previous: UInt64
  var next: UInt64

  /// The number of the size class.
  var sizeClass: UInt32

  /// How many blocks are free.
  var freeCount: UInt32

  /// The blocks that are taken, a bit each. Bits of blocks that don't fit are set.
  var taken: InlineArray<16, UInt64>

  /// The order of a slab's frames.
  static var order: Int { 2 }

  /// The bytes in a slab.
  static var size: Int { 4096 << order }

  /// A slab in which every block is free.
  init(_ sizeClass: SizeClass, mark: UInt64) {
    self.mark = mark
    previous = 0
    next = 0
    self.sizeClass = UInt32(sizeClass.index)
    freeCount = UInt32(sizeClass.capacity)
    taken = InlineArray(repeating: .max)
    for word in 0..<16 {
      let left = sizeClass.capacity - word * 64
      if left >= 64 {
        taken[word] = 0
      } else if left > 0 {
        taken[word] = .max << UInt64(left)
      }
    }
  }

  /// The number of the first free block; `nil` where all are taken.
  var firstFreeBlock: Int? {
    for word in 0..<16 where taken[word] != .max {
      return word * 64 + (~taken[word]).trailingZeroBitCount
    }
    return nil
  }

  /// Makes a free block a taken one.
  mutating func takeBlock(_ index: Int) {
    taken[index >> 6] |= 1 << UInt64(index & 63)
    freeCount -= 1
  }

  /// Whether a block is taken.
  func isTaken(_ index: Int) -> Bool { taken[index >> 6] >> UInt64(index & 63) & 1 != 0 }

  /// Makes a taken block free again.
  mutating func freeBlock(_ index: Int) {
    taken[index >> 6] &= ~(1 << UInt64(index & 63))
    freeCount += 1
  }
}
