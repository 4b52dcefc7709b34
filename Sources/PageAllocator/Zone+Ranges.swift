import Addressing

/// Ranges of frames that need not be blocks.
extension Zone {
  /// The blocks that a range is made of, by slot.
  ///
  /// Slots and frames are equal modulo the largest block's size, so that a block of slots is a
  /// block of frames.
  func blocks(of slots: Range<Int>) -> BlocksOfRange {
    BlocksOfRange(
      from: UInt64(slots.lowerBound), to: UInt64(slots.upperBound),
      maximumOrder: max(maximumOrder, Branch.chunkOrder))
  }

  /// Allocates all of a range, which is free.
  mutating func allocate(_ slots: Range<Int>) {
    var blocks = blocks(of: slots)
    while let block = blocks.next() { allocate(block.order, at: Int(block.first)) }
  }

  /// Makes the allocated block of `order` at `slot` a range of `count` frames and frees the rest.
  mutating func trim(_ order: Int, at slot: Int, to count: Int) {
    release(order, at: slot)
    allocate(slot..<slot + count)
    if let poisonWindow {
      let tail = UInt64(1 << order - count)
      Poison.fill(frame(of: slot) + UInt64(count), count: tail, through: poisonWindow)
    }
  }

  /// Finds and allocates the lowest free range; `nil` where there is none. O(slots).
  ///
  /// - Parameters:
  ///   - count: The number of frames.
  ///   - alignment: What the first frame's number must be a multiple of.
  ///   - offset: What is added to a frame's number to get its slot.
  ///   - slots: Where to look.
  mutating func allocateRange(
    of count: Int, alignment: Int, offset: UInt64, in slots: Range<Int>
  ) -> Int? {
    let mask = UInt64(alignment - 1)
    func aligned(_ slot: Int) -> Int {
      Int(((UInt64(slot) &- offset) &+ mask) & ~mask &+ offset)
    }
    var first = aligned(slots.lowerBound)
    while first <= slots.upperBound - count {
      guard let used = firstUsed(in: first..<first + count) else {
        allocate(first..<first + count)
        return first
      }
      first = aligned(firstFree(in: used + 1..<slots.upperBound))
    }
    return nil
  }
}

/// The aligned blocks, largest first where their place allows it, that make up a range of
/// frames: how a range that is not one block is allocated, and how it is freed again.
struct BlocksOfRange {
  /// The first frame or slot of what is left.
  private var start: UInt64
  private let end: UInt64
  private let maximumOrder: Int

  /// The blocks of the range from `start` up to and not including `end`.
  init(from start: UInt64, to end: UInt64, maximumOrder: Int) {
    self.start = start
    self.end = end
    self.maximumOrder = maximumOrder
  }

  /// The next block; `nil` after the last.
  mutating func next() -> (first: UInt64, order: Int)? {
    guard start < end else { return nil }
    let fits = 63 - (end - start).leadingZeroBitCount
    let order = min(min(start.trailingZeroBitCount, fits), maximumOrder)
    defer { start += 1 << UInt64(order) }
    return (start, order)
  }
}
