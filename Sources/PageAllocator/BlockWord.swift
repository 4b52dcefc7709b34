/// The state of 64 neighbouring units, two bits each, and the buddy arithmetic on them.
///
/// A unit is a frame, a group of 64 frames, a chunk of 64 groups, and so on: the same two words
/// serve at each level. The two bits of a unit say:
///
/// | free | head | the unit is |
/// |---|---|---|
/// | 1 | 0 | free |
/// | 0 | 1 | the first of an allocated block |
/// | 0 | 0 | inside a block, not its first |
/// | 1 | 1 | closed: reserved, divided into units of the level below, or the first of a block in a processor's cache |
///
/// Buddies need no merging: two free buddies are a free block of the next order because both
/// are free. And no block's order is stored: it ends where the next unit is not a
/// continuation, so a free with the wrong order can't go unnoticed.
struct BlockWord: Equatable {
  /// The first of each unit's two bits.
  var free: UInt64

  /// The second of each unit's two bits.
  var head: UInt64

  /// The order of the whole word.
  static var wholeOrder: Int { 6 }

  /// 64 free units.
  static var allFree: BlockWord { BlockWord(free: .max, head: 0) }

  /// 64 closed units.
  static var allClosed: BlockWord { BlockWord(free: .max, head: .max) }

  /// A set of the units that are free.
  var available: UInt64 { free & ~head }

  /// A set of the units that are closed.
  var closed: UInt64 { free & head }

  /// The outline of a block of `order` at unit 0: a bit for its first unit, and one for the unit
  /// past its end, which for the whole word is the first again.
  @inline(__always)
  static func outline(of order: Int) -> UInt64 { outlines[order & 7] }

  // A table, because the compiler makes a branch of a `switch`, and orders can't be foretold.
  private static let outlines: InlineArray<8, UInt64> = [
    0x3, 0x5, 0x11, 0x101, 0x1_0001, 0x1_0000_0001, 1, 1,
  ]

  /// The set of the units of the block of `order`, 0 to 6, that starts at `unit`.
  @inline(__always)
  static func units(of order: Int, at unit: Int) -> UInt64 { (outline(of: order) &- 2) &<< unit }

  /// The set of `count` neighbouring units, 1 to 64, from `first` on.
  static func units(from first: Int, count: Int) -> UInt64 {
    (UInt64.max >> UInt64(64 - count)) << UInt64(first)
  }

  /// Whether an allocated block of `order`, 0 to 5, starts at `unit`.
  @inline(__always)
  func isBlock(_ order: Int, at unit: Int) -> Bool {
    // Turned, not shifted: where the block ends with the word, the end is unit 0, which always
    // begins something; and where it would reach past that, unit 0 is in it, and so it is none.
    let outline = Self.turn(Self.outline(of: order), to: unit)
    let units = Self.turn(Self.outline(of: order) &- 2, to: unit)
    // The units that begin something, without this one where it is free or closed.
    let begins = (free | head) ^ (free & 1 &<< unit)
    return begins & (outline | units) == outline
  }

  /// The set with unit 0 moved to `unit`, and all others with it, round the word's end.
  @inline(__always)
  private static func turn(_ units: UInt64, to unit: Int) -> UInt64 {
    units &<< unit | units &>> (64 &- unit)
  }

  /// Whether an allocated block starts at `unit`.
  func isHead(_ unit: Int) -> Bool { (head & ~free) &>> unit & 1 != 0 }

  /// Whether `unit` is closed.
  func isClosed(_ unit: Int) -> Bool { closed &>> unit & 1 != 0 }

  /// Whether `unit` is free.
  func isFree(_ unit: Int) -> Bool { available &>> unit & 1 != 0 }

  /// The first unit of the block that `unit` is in.
  func start(ofBlockWith unit: Int) -> Int {
    unit &- ((free | head) &<< (63 &- unit)).leadingZeroBitCount
  }

  /// How many units the block that starts at `unit` has.
  func length(ofBlockAt unit: Int) -> Int {
    // Bit i: unit i + 1 begins something else. The end of the word ends every block.
    let ends = (free | head) &>> 1 | 1 &<< 63
    return (ends &>> unit).trailingZeroBitCount &+ 1
  }

  /// The first invariant of a word that doesn't hold, in words; `nil` where all do.
  var brokenInvariant: StaticString? {
    var unit = 0
    while unit < 64 {
      guard (free | head) >> unit & 1 != 0 else { return "a block has no first unit" }
      if isFree(unit) {
        unit += 1
        continue
      }
      let length = length(ofBlockAt: unit)
      guard length.nonzeroBitCount == 1 else { return "a block's size is no power of two" }
      guard unit % length == 0 else { return "a block is not aligned to its size" }
      unit += length
    }
    return nil
  }
}
