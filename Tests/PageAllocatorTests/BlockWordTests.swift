import Testing

@testable import PageAllocator

/// The bit arithmetic of one level, against the same told unit by unit.
@Suite struct BlockWordTests {
  /// A word with blocks of random orders, each free, allocated or closed; and the truth about it.
  private struct Truth {
    var word = BlockWord(free: 0, head: 0)
    var isFree = [Bool](repeating: false, count: 64)
    var isClosed = [Bool](repeating: false, count: 64)
    /// The orders of the allocated blocks, by their first units.
    var orders: [Int: Int] = [:]
    /// For each unit that is not free, the first of its block.
    var starts: [Int: Int] = [:]

    init(_ random: inout Xorshift) {
      var unit = 0
      let largest = random.next() % 7
      while unit < 64 {
        let order = min(
          Int(random.next() % (largest + 1)), unit == 0 ? 6 : unit.trailingZeroBitCount)
        let units = BlockWord.units(of: order, at: unit)
        let end = unit + 1 << order
        switch random.next() % 5 {
        case 0...2:
          word.free |= units
          for free in unit..<end { isFree[free] = true }
        case 3:
          word.head |= 1 << UInt64(unit)
          orders[unit] = order
          for used in unit..<end { starts[used] = unit }
        default:
          word.free |= units
          word.head |= units
          for closed in unit..<end {
            isClosed[closed] = true
            starts[closed] = closed
          }
        }
        unit = end
      }
    }

    /// The order of the free block that a free unit lies in.
    func mergedOrder(at unit: Int) -> Int {
      (0...6).last { order in
        let first = unit & -(1 << order)
        return (first..<first + 1 << order).allSatisfy { isFree[$0] }
      } ?? -1
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
      try #require(units.map { word.isClosed($0) } == truth.isClosed)
      try #require(units.map { word.isHead($0) } == units.map { truth.orders[$0] != nil })
      let used = units.filter { !truth.isFree[$0] }
      try #require(used.map { word.start(ofBlockWith: $0) } == used.map { truth.starts[$0] })
      let heads = truth.orders.keys.sorted()
      try #require(
        heads.map { word.length(ofBlockAt: $0) } == heads.map { 1 << (truth.orders[$0] ?? 0) })
      for order in 0...6 {
        try #require(
          units.map { word.isBlock(order, at: $0) } == units.map { truth.orders[$0] == order })
      }
    }
  }

  @Test func freeBlocksOfRandomWords() throws {
    var random = Xorshift()
    for _ in 0..<400 {
      let truth = Truth(&random)
      let word = truth.word
      let free = (0..<64).filter { truth.isFree[$0] }
      let merged = free.map { truth.mergedOrder(at: $0) }
      try #require(free.map { word.mergedOrder(at: $0) } == merged)
      // The free blocks that are not part of larger ones.
      let starts = zip(free, merged).filter { $0.0 % (1 << $0.1) == 0 }
      try #require(word.orders == Set(merged).reduce(0 as UInt64) { $0 | 1 << UInt64($1) })
      for order in 0...6 {
        let blocks = starts.filter { $0.1 == order }.reduce(0 as UInt64) { $0 | 1 << UInt64($1.0) }
        try #require(BlockWord.blocks(exactly: order, in: word.available) == blocks)
        // The smallest that holds it, and the lowest of these.
        let size = merged.filter { $0 >= order }.min()
        let found = word.smallestBlock(holding: order)
        try #require(found?.order == size)
        try #require(found?.unit == starts.first { $0.1 == size }?.0)
      }
    }
  }

  @Test func changesOfRandomWords() throws {
    var random = Xorshift()
    for _ in 0..<400 {
      let before = Truth(&random).word
      for order in 0...6 {
        guard let unit = before.smallestBlock(holding: order)?.unit else { continue }
        var word = before
        word.allocate(order, at: unit)
        try #require(word.isBlock(order, at: unit) && word.brokenInvariant == nil)
        try #require(
          before.available & ~word.available == BlockWord.units(of: order, at: unit))
        word.mark(unit)
        try #require(word.isClosed(unit) && !word.isBlock(order, at: unit))
        try #require(word.brokenInvariant == nil)
        word.unmark(unit)
        let block = try #require(word.block(order, at: unit))
        var other = word
        word.release(block)
        other.release(order, at: unit)
        try #require(word == before && other == before)
        word.close(block.units)
        try #require(word.closed & block.units == block.units && word.brokenInvariant == nil)
        word.reopen(block.units)
        try #require(word == before)
      }
    }
  }

  @Test func brokenWordsAreFound() {
    func broken(_ free: UInt64, _ head: UInt64) -> String? {
      BlockWord(free: free, head: head).brokenInvariant.map { "\($0)" }
    }
    #expect(broken(.max, 0) == nil)
    #expect(broken(.max, .max) == nil)
    #expect(broken(0, 1) == nil)
    #expect(broken(.max << 4 | 3, 4) == nil)
    #expect(broken(.max << 4, 2) == "a block has no head")
    #expect(broken(.max << 2 | 1, 0) == "a block has no head")
    #expect(broken(.max << 3, 1) == "a block's size is no power of two")
    #expect(broken(.max << 3 | 1, 2) == "a block is not aligned to its size")
  }
}
