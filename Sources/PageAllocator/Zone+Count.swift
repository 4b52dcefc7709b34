import Addressing

/// How many free blocks there are of each order; those above the maximum order stay 0.
public struct FreeBlockCounts: Equatable, Sendable {
  private var counts = InlineArray<19, UInt64>(repeating: 0)

  /// The largest order that is counted: larger runs count as several blocks of it.
  public let maximumOrder: Int

  init(maximumOrder: Int) { self.maximumOrder = maximumOrder }

  /// The number of free blocks of that order that are not part of a larger one.
  public subscript(order: Int) -> UInt64 { counts[order] }

  /// The number of free frames.
  public var frames: UInt64 {
    var sum: UInt64 = 0
    for order in 0...maximumOrder { sum += counts[order] << UInt64(order) }
    return sum
  }

  /// How far a failure to allocate a block of `order` would be due to fragmentation rather
  /// than to want of memory, in thousandths; −1000 where it would not fail.
  ///
  /// Linux: `fragmentation_index`.
  public func fragmentationIndex(of order: Int) -> Int {
    var blocks: UInt64 = 0
    for smaller in 0...maximumOrder { blocks += counts[smaller] }
    if blocks == 0 { return 0 }
    for larger in order..<max(maximumOrder + 1, order) where counts[larger] != 0 { return -1000 }
    return 1000 - Int((1000 + frames * 1000 >> UInt64(order)) / blocks)
  }

  /// Whether the counts of all orders are equal.
  public static func == (left: FreeBlockCounts, right: FreeBlockCounts) -> Bool {
    for order in 0..<left.counts.count where left.counts[order] != right.counts[order] {
      return false
    }
    return left.maximumOrder == right.maximumOrder
  }

  mutating func add(_ count: Int, order: Int) {
    let excess = max(0, order - maximumOrder)
    counts[order - excess] += UInt64(count) << UInt64(excess)
  }

  /// Adds the free units of a word, each a block of `order` on its own.
  mutating func add(_ word: BlockWord, order: Int) {
    var blocks = word.available
    for larger in 0..<BlockWord.wholeOrder {
      if blocks == 0 { return }
      let pairs = blocks & (blocks >> (1 << larger)) & BlockWord.starts(larger + 1)
      let single = blocks & ~(pairs | pairs << (1 << larger))
      add(single.nonzeroBitCount, order: order + larger)
      blocks = pairs
    }
    add(blocks.nonzeroBitCount, order: order + BlockWord.wholeOrder)
  }
}

extension Zone {
  /// Counts the free blocks. O(GiB + divided chunks).
  @_optimize(size)
  mutating func countFreeBlocks() -> FreeBlockCounts {
    clearShelf()
    var counts = FreeBlockCounts(maximumOrder: maximumOrder)
    for span in 0..<spans.count {
      counts.add(spans[span].chunks, order: Chunk.shift)
      var divided = spans[span].divided
      while divided != 0 {
        count(chunk: span << 6 | divided.trailingZeroBitCount, into: &counts)
        divided &= divided - 1
      }
    }
    return counts
  }

  private func count(chunk: Int, into counts: inout FreeBlockCounts) {
    counts.add(chunks[chunk].groups, order: Chunk.groupShift)
    var divided = chunks[chunk].divided
    while divided != 0 {
      counts.add(chunks[chunk].frames[divided.trailingZeroBitCount], order: 0)
      divided &= divided - 1
    }
  }
}
