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

  /// Takes the first free block, of which there must be one, and returns its number.
  mutating func takeBlock() -> Int {
    var word = 0
    while taken[word] == .max { word += 1 }
    let bit = (~taken[word]).trailingZeroBitCount
    taken[word] |= 1 << UInt64(bit)
    freeCount -= 1
    return word * 64 + bit
  }

  /// Makes a taken block free again; false where it is free already.
  mutating func freeBlock(_ index: Int) -> Bool {
    let bit: UInt64 = 1 << UInt64(index & 63)
    guard taken[index >> 6] & bit != 0 else { return false }
    taken[index >> 6] &= ~bit
    freeCount += 1
    return true
  }
}
