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

  /// The first unit of the smallest free block that holds `order`, the lowest among equals: what
  /// a buddy allocator's free lists would give. `nil` where there is none.
  func smallestBlock(holding order: Int) -> Int? {
    var blocks = Self.blocks(of: order, in: available)
    if blocks == 0 { return nil }
    var order = order
    while order < Self.wholeOrder {
      let pairs = blocks & (blocks &>> (1 &<< order)) & Self.starts(order &+ 1)
      let single = blocks & ~(pairs | pairs &<< (1 &<< order))
      if single != 0 { return single.trailingZeroBitCount }
      blocks = pairs
      order &+= 1
    }
    return 0
  }

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
