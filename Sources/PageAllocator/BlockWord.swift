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

  /// The set of the units of the block of `order` that starts at `unit`.
  static func units(of order: Int, at unit: Int) -> UInt64 {
    (UInt64.max &>> (64 &- (1 &<< order))) &<< unit
  }

  /// The set of the units at which a block of `order` may start.
  static func starts(_ order: Int) -> UInt64 {
    switch order {
    case 0: 0xffff_ffff_ffff_ffff
    case 1: 0x5555_5555_5555_5555
    case 2: 0x1111_1111_1111_1111
    case 3: 0x0101_0101_0101_0101
    case 4: 0x0001_0001_0001_0001
    case 5: 0x0000_0001_0000_0001
    default: 1
    }
  }

  /// The set of the first units of every free block of exactly `order` units' size, whether or
  /// not it is part of a larger one.
  static func blocks(of order: Int, in available: UInt64) -> UInt64 {
    var runs = available
    var length = 1
    while length < 1 &<< order {
      runs &= runs &>> length
      length &<<= 1
    }
    return runs & starts(order)
  }

  /// A free block found by `smallestBlock`.
  struct Found {
    /// The block's first unit.
    var unit: Int
    /// The block's order, as large as merging makes it.
    var order: Int
    /// Whether no other free block of this word is as large or larger.
    var isLastOfItsSize: Bool
  }

  /// The smallest free block that holds `order`, the lowest among equals: what a buddy
  /// allocator's free lists would give. There must be one.
  func smallestBlock(holding order: Int) -> Found {
    if available == .max {
      return Found(unit: 0, order: Self.wholeOrder, isLastOfItsSize: true)
    }
    var blocks = Self.blocks(of: order, in: available)
    var order = order
    while order < Self.wholeOrder &- 1 {
      let pairs = blocks & (blocks &>> (1 &<< order)) & Self.starts(order &+ 1)
      let single = blocks & ~(pairs | pairs &<< (1 &<< order))
      if single != 0 {
        return Found(
          unit: single.trailingZeroBitCount, order: order,
          isLastOfItsSize: pairs == 0 && single & (single &- 1) == 0)
      }
      blocks = pairs
      order &+= 1
    }
    // Half a word is left: both halves would be a whole one.
    precondition(blocks != 0, "a level promises a block that is not there")
    return Found(unit: blocks.trailingZeroBitCount, order: order, isLastOfItsSize: true)
  }

  /// The lowest free block of `order`, where no free block is larger. There must be one.
  @inline(__always)
  func block(ofLargest order: Int) -> Found {
    let blocks = Self.blocks(of: order, in: available)
    precondition(blocks != 0, "a level promises a block that is not there")
    return Found(
      unit: blocks.trailingZeroBitCount, order: order, isLastOfItsSize: blocks & (blocks &- 1) == 0)
  }

  /// Whether some free block holds `order`.
  func hasBlock(holding order: Int) -> Bool { Self.blocks(of: order, in: available) != 0 }

  /// The order of the largest free block; −1 where no unit is free.
  var largestOrder: Int {
    var blocks = available
    guard blocks != 0 else { return -1 }
    var order = 0
    while order < Self.wholeOrder {
      blocks &= (blocks &>> (1 &<< order)) & Self.starts(order &+ 1)
      if blocks == 0 { break }
      order &+= 1
    }
    return order
  }

  /// The order of the free block that `unit` lies in, known to be `order` at least.
  @inline(__always)
  func mergedOrder(from order: Int, at unit: Int) -> Int {
    let used = ~available
    if used == 0 { return Self.wholeOrder }
    var order = order
    // Half a word can't grow, since not all of it is free.
    while order < Self.wholeOrder &- 1 {
      let first = unit & (-2 &<< order)
      if (used &>> first) & Self.units(of: order &+ 1, at: 0) != 0 { break }
      order &+= 1
    }
    return order
  }

  /// Whether an allocated block of `order` starts at `unit`.
  @inline(__always)
  func isBlock(_ order: Int, at unit: Int) -> Bool {
    isHead(unit) && length(ofBlockAt: unit) == 1 &<< order
  }

  /// Whether an allocated block starts at `unit`.
  func isHead(_ unit: Int) -> Bool { (head & ~free) &>> unit & 1 != 0 }

  /// Whether `unit` is closed.
  func isClosed(_ unit: Int) -> Bool { closed &>> unit & 1 != 0 }

  /// Whether `unit` is free.
  func isFree(_ unit: Int) -> Bool { available &>> unit & 1 != 0 }

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

  /// Makes the allocated block of `order` at `unit` a free one.
  mutating func release(_ order: Int, at unit: Int) {
    free |= Self.units(of: order, at: unit)
    head &= ~(1 &<< unit)
  }

  /// Closes the free units in the set.
  mutating func close(_ units: UInt64) { head |= units }

  /// Makes the closed units in the set free.
  mutating func reopen(_ units: UInt64) { head &= ~units }
}
