/// A binary buddy allocator as textbooks have it: merges at once, and of all free blocks that
/// hold an order takes the smallest, the lowest among equals. What ageing is compared with.
final class TextbookBuddy {
  /// For each order, which blocks are free: a bit each, with a bit for every 64 of these above.
  private var free: [[UInt64]] = []
  private var summary: [[UInt64]] = []

  static let largestOrder = 18

  /// All of 2^order frames are free, as blocks of the largest order.
  init(order: Int) {
    for small in 0...Self.largestOrder {
      let words = max(1, (1 << (order - small)) >> 6)
      free.append([UInt64](repeating: 0, count: words))
      summary.append([UInt64](repeating: 0, count: (words + 63) / 64))
    }
    for block in 0..<1 << (order - Self.largestOrder) { insert(block, Self.largestOrder) }
  }

  /// The first frame of a block of that order; `nil` where there is none.
  func allocate(_ order: Int) -> Int? {
    for larger in order...Self.largestOrder {
      guard var block = first(larger) else { continue }
      remove(block, larger)
      var size = larger
      while size > order {
        size -= 1
        block *= 2
        insert(block + 1, size)
      }
      return block << order
    }
    return nil
  }

  func free(_ frame: Int, _ order: Int) {
    var block = frame >> order
    var order = order
    while order < Self.largestOrder, isFree(block ^ 1, order) {
      remove(block ^ 1, order)
      block >>= 1
      order += 1
    }
    insert(block, order)
  }

  /// The number of free blocks of each order.
  var counts: [Int] { free.map { $0.reduce(0) { $0 + $1.nonzeroBitCount } } }

  private func isFree(_ block: Int, _ order: Int) -> Bool {
    free[order][block >> 6] >> UInt64(block & 63) & 1 != 0
  }

  private func insert(_ block: Int, _ order: Int) {
    free[order][block >> 6] |= 1 << UInt64(block & 63)
    summary[order][block >> 12] |= 1 << UInt64(block >> 6 & 63)
  }

  private func remove(_ block: Int, _ order: Int) {
    free[order][block >> 6] &= ~(1 << UInt64(block & 63))
    if free[order][block >> 6] == 0 {
      summary[order][block >> 12] &= ~(1 << UInt64(block >> 6 & 63))
    }
  }

  private func first(_ order: Int) -> Int? {
    for index in summary[order].indices where summary[order][index] != 0 {
      let word = index << 6 | summary[order][index].trailingZeroBitCount
      return word << 6 | free[order][word].trailingZeroBitCount
    }
    return nil
  }
}
