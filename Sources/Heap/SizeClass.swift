import Addressing

/// The sizes of small blocks: multiples of 16 up to 128, then four to each power of two, up to
/// 2048 bytes. At most a fifth of a block is wasted above 128 bytes.
struct SizeClass: Equatable {
  /// The class's number, from 0.
  private(set) var index: Int

  /// The number of classes, with the heap's own.
  static var count: Int { 25 }

  /// The class of the heap's own blocks, so that nobody can free them by an old pointer.
  static var own: SizeClass { SizeClass(index: 24) }

  /// The largest size, in bytes; larger blocks are whole pages.
  static var largest: Int { 2048 }

  /// The class with that number.
  init(index: Int) { self.index = index }

  /// The smallest class for blocks of `size` bytes, at most `largest`, whose places are all
  /// multiples of `alignment`, a power of two; `nil` where there is none.
  init?(size: Int, alignment: Int) {
    guard size >= 0, size <= Self.largest, alignment <= Self.largest else { return nil }
    let least = max(size, 1)
    if least <= 128 {
      index = (least - 1) / 16
    } else {
      let shift = Int.bitWidth - 1 - (least - 1).leadingZeroBitCount
      index = 8 + (shift - 7) * 4 + ((least - 1) >> (shift - 2)) & 3
    }
    // The largest class is aligned to its own size, so one is found.
    while self.alignment < alignment { index += 1 }
  }

  /// The size of the class's blocks, in bytes.
  var size: Int {
    if self == .own { return MemoryLayout<LargeBlock>.size }
    if index < 8 { return (index + 1) * 16 }
    let base = 128 << ((index - 8) / 4)
    return base + base / 4 * ((index - 8) % 4 + 1)
  }

  /// What all places of the class's blocks are multiples of.
  var alignment: Int { size & -size }

  /// Where the first block of a slab starts, in bytes from the slab's start.
  var firstOffset: Int { (MemoryLayout<Slab>.size + alignment - 1) & -alignment }

  /// The physical range of a block of the slab at that physical address.
  func block(_ index: Int, of slab: UInt64) -> AddressRange {
    AddressRange(
      at: PhysicalAddress(slab + UInt64(firstOffset + index * size)), size: UInt64(size))
  }

  /// The number of blocks in a slab.
  var capacity: Int { (Slab.size - firstOffset) / size }
}
