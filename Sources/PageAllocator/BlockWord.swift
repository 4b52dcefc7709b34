import Addressing

/// The state of 64 neighbouring units, two bits each, and the buddy arithmetic on them.
///
/// A unit is a frame, a group of 64 frames or a chunk of 64 groups: the same two words serve
/// at each level. The two bits of a unit say:
///
/// | free | head | the unit is |
/// |---|---|---|
/// | 1 | 0 | free |
/// | 0 | 1 | the first of an allocated block |
/// | 0 | 0 | inside an allocated block, not its first |
/// | 1 | 1 | closed: reserved, or divided into the units of the level below |
///
/// A block on the zone's shelf is like an allocated one, but its first unit is marked: it has
/// the bits of a closed one, as if reserved.
///
/// Buddies need no merging: two free buddies are a free block of the next order because both
/// are free. And no block's order is stored: it ends where the next unit is not a
/// continuation, so a free with the wrong order can't go unnoticed.
struct BlockWord: AnyBitPattern, Equatable {
  /// The first of each unit's two bits.
  var free: UInt64

  /// The second of each unit's two bits.
  var head: UInt64

  /// The number of orders that fit in a word, and so the order of the whole word.
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

  /// The set of the units of the block of `order` that starts at `unit`.
  @inline(__always)
  static func units(of order: Int, at unit: Int) -> UInt64 { (outline(of: order) &- 2) &<< unit }

  /// An allocated block found by `block`, as sets of units.
  struct Block {
    /// Its first unit.
    var first: UInt64
    /// All of its units.
    var units: UInt64
  }

  /// The allocated block of `order` that starts at `unit`; `nil` where there is none.
  @inline(__always)
  func block(_ order: Int, at unit: Int) -> Block? {
    // Turned, not shifted: where the block ends with the word, the end is unit 0, which always
    // begins something; and where it would reach past that, unit 0 is in it, and so it is none.
    let outline = Self.turn(Self.outline(of: order), to: unit)
    let units = Self.turn(Self.outline(of: order) &- 2, to: unit)
    let first: UInt64 = 1 &<< unit
    // The units that begin something, without this one where it is free or marked.
    let begins = (free | head) ^ (free & first)
    return begins & (outline | units) == outline ? Block(first: first, units: units) : nil
  }

  /// The set with unit 0 moved to `unit`, and all others with it, round the word's end.
  @inline(__always)
  private static func turn(_ units: UInt64, to unit: Int) -> UInt64 {
    units &<< unit | units &>> (64 &- unit)
  }

  /// Whether an allocated block of `order` starts at `unit`.
  @inline(__always)
  func isBlock(_ order: Int, at unit: Int) -> Bool { block(order, at: unit) != nil }

  /// Whether an allocated block starts at `unit`.
  func isHead(_ unit: Int) -> Bool { (head & ~free) &>> unit & 1 != 0 }

  /// Whether `unit` is closed.
  func isClosed(_ unit: Int) -> Bool { closed &>> unit & 1 != 0 }

  /// Whether `unit` is free.
  func isFree(_ unit: Int) -> Bool { available &>> unit & 1 != 0 }

  /// The first unit of the allocated block that `unit` is in.
  func start(ofBlockWith unit: Int) -> Int {
    unit &- ((free | head) &<< (63 &- unit)).leadingZeroBitCount
  }

  /// How many units the allocated block that starts at `unit` has.
  func length(ofBlockAt unit: Int) -> Int {
    // Bit i: unit i + 1 begins something else. The end of the word ends every block.
    let ends = (free | head) &>> 1 | 1 &<< 63
    return (ends &>> unit).trailingZeroBitCount &+ 1
  }

  /// Makes the free block of `order` at `unit` an allocated one.
  mutating func allocate(_ order: Int, at unit: Int) {
    free &= ~Self.units(of: order, at: unit)
    head |= 1 &<< unit
  }

  /// Makes an allocated block a free one.
  @inline(__always)
  mutating func release(_ block: Block) {
    free |= block.units
    head ^= block.first
  }

  /// Makes the allocated block of `order` at `unit` a free one.
  mutating func release(_ order: Int, at unit: Int) {
    free |= Self.units(of: order, at: unit)
    head ^= 1 &<< unit
  }

  /// Marks the allocated block that starts at `unit` as one on the zone's shelf.
  @inline(__always)
  mutating func mark(_ unit: Int) { free |= 1 &<< unit }

  /// Takes the mark off.
  @inline(__always)
  mutating func unmark(_ unit: Int) { free ^= 1 &<< unit }

  /// Closes the free units in the set.
  mutating func close(_ units: UInt64) { head |= units }

  /// Makes the closed units in the set free.
  mutating func reopen(_ units: UInt64) { head &= ~units }

  /// What is wrong with the blocks: each must have a size and a place that a buddy can have. A
  /// closed unit is one on its own, or the first of a block on the shelf.
  var brokenInvariant: StaticString? {
    var unit = 0
    while unit < 64 {
      guard (free | head) >> UInt64(unit) & 1 != 0 else { return "a block has no head" }
      let length = isFree(unit) ? 1 : self.length(ofBlockAt: unit)
      guard length.nonzeroBitCount == 1 else { return "a block's size is no power of two" }
      guard unit % length == 0 else { return "a block is not aligned to its size" }
      unit += length
    }
    return nil
  }
}
