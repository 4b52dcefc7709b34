import Testing

@testable import PageAllocator

/// The bit arithmetic of one level, against the same told unit by unit.
@Suite struct BlockWordTests {
  /// A word with blocks of random orders, each free, allocated or closed; and the truth about it.
  private struct Truth {
    var word = BlockWord(free: 0, head: 0)
    var isFree = [Bool](repeating: false, count: 64)
    var orders: [Int: Int] = [:]

    init(_ random: inout Xorshift) {
      var unit = 0
      let largest = UInt64(random.next() % 7)
      while unit < 64 {
        let order = min(
          Int(random.next() % (largest + 1)), unit == 0 ? 5 : unit.trailingZeroBitCount)
        let units = BlockWord.units(of: order, at: unit)
        switch random.next() % 5 {
        case 0...2:
          word.free |= units
          for free in unit..<unit + 1 << order { isFree[free] = true }
        case 3:
          word.head |= 1 << UInt64(unit)
          orders[unit] = order
        default:
          // As a block in a processor's cache.
          word.head |= 1 << UInt64(unit)
          word.free |= 1 << UInt64(unit)
        }
        unit += 1 << order
      }
    }

    /// Whether the aligned run of 2^order units is free.
    func hasFree(_ order: Int, at unit: Int) -> Bool {
      (unit..<unit + 1 << order).allSatisfy { isFree[$0] }
    }

    func mergedOrder(at unit: Int) -> Int {
      (0...6).last { hasFree($0, at: unit & -(1 << $0)) } ?? -1
    }
  }

  @Test func everythingOfRandomWords() throws {
    var random = Xorshift()
    for _ in 0..<400 {
      let truth = Truth(&random)
      let word = truth.word
      try #require(word.brokenInvariant == nil)
      // Compared as wholes, because an expectation takes its time.
      let units = 0..<64
      try #require(units.map { word.isFree($0) } == truth.isFree)
      let free = units.filter { truth.isFree[$0] }
      let merged = free.map { truth.mergedOrder(at: $0) }
      try #require(free.map { word.mergedOrder(at: $0) } == merged)
      try #require(word.largestOrder == merged.max() ?? -1)
      for order in 0...5 {
        try #require(
          units.map { word.isBlock(order, at: $0) } == units.map { truth.orders[$0] == order })
      }
      for order in 0...6 {
        // The smallest that holds it, and the lowest of these.
        let holding = zip(merged, free).filter { $0.0 >= order }.min { $0 < $1 }
        try #require(word.smallestBlock(holding: order) == holding?.1)
      }
    }
  }

  @Test func brokenWordsAreFound() {
    #expect(BlockWord(free: 0, head: 0).brokenInvariant != nil)
    #expect(BlockWord(free: .max << 4, head: 2).brokenInvariant != nil)
    #expect(BlockWord(free: .max << 4 | 1, head: 2).brokenInvariant != nil)
    #expect(BlockWord(free: .max << 3 | 1, head: 2).brokenInvariant != nil)
    #expect(BlockWord(free: .max << 4 | 3, head: 4).brokenInvariant == nil)
  }
}
