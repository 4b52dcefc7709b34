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

  /// The set of the first units of every free block of exactly `order`, 0 to 6, that is not part
  /// of a larger one.
  @inline(__always)
  static func blocks(exactly order: Int, in available: UInt64) -> UInt64 {
    let blocks = Self.blocks(of: order, in: available)
    if order >= wholeOrder { return blocks }
    let pairs = blocks & (blocks &>> (1 &<< order)) & starts(order &+ 1)
    return blocks & ~(pairs | pairs &<< (1 &<< order))
  }

  /// The lowest of the smallest free blocks that hold `order`; `nil` where there is none.
  func smallestBlock(holding order: Int) -> (unit: Int, order: Int)? {
    var order = order
    while order <= Self.wholeOrder {
      let blocks = Self.blocks(exactly: order, in: available)
      if blocks != 0 { return (blocks.trailingZeroBitCount, order) }
      order &+= 1
    }
    return nil
  }

  /// The set of the orders of which there are free blocks that are not part of a larger one.
  var orders: UInt64 {
    var orders: UInt64 = 0
    var blocks = available
    var order = 0
    while blocks != 0, order < Self.wholeOrder {
      let pairs = blocks & (blocks &>> (1 &<< order)) & Self.starts(order &+ 1)
      if blocks & ~(pairs | pairs &<< (1 &<< order)) != 0 { orders |= 1 &<< UInt64(order) }
      blocks = pairs
      order &+= 1
    }
    return blocks != 0 ? orders | 1 &<< UInt64(Self.wholeOrder) : orders
  }

  /// The order of the free block that `unit`, which is free, lies in, with all of its buddies
  /// merged.
  @inline(__always)
  func mergedOrder(at unit: Int) -> Int {
    // The units that aren't free, nearest below and above; outside the word where there are none.
    let used = ~available
    let below = unit &- (used &<< (63 &- unit)).leadingZeroBitCount
    let above = unit &+ (used &>> unit).trailingZeroBitCount
    // A block of order n has the units that differ in the lowest n bits. Below the word all bits
    // differ, above it the seventh does.
    let differences = min(UInt(bitPattern: below ^ unit), UInt(bitPattern: above ^ unit))
    return 63 &- differences.leadingZeroBitCount
  }
}
