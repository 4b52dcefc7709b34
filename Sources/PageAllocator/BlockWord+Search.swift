/// Free blocks in a word, by their sizes.
extension BlockWord {
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
}
