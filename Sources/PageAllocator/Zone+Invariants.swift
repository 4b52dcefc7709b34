import Addressing

extension Zone {
  /// The first invariant of the zone's records that doesn't hold, in words; `nil` where all do.
  /// Changes nothing. O(divided units).
  ///
  /// - Parameter marked: Counts the frames of blocks that are marked as in a processor's cache,
  ///   and those that are reserved.
  func brokenInvariant(marked: inout UInt64) -> StaticString? {
    guard height > 0 else {
      return freeFrames == 0 && managedFrames == 0 ? nil : "a zone without memory has frames"
    }
    var free: UInt64 = 0
    if let broken = brokenInvariant(of: 0, at: height, free: &free, marked: &marked) {
      return broken
    }
    return free == freeFrames ? nil : "the count of free frames is wrong"
  }

  private func brokenInvariant(
    of index: Int, at height: Int, free: inout UInt64, marked: inout UInt64
  ) -> StaticString? {
    let word = word(at: height, index)
    if let broken = word.brokenInvariant { return broken }
    let shift = UInt64(Self.unitOrder(at: height))
    free += UInt64(word.available.nonzeroBitCount) << shift
    for unit in 0..<64 where word.isClosed(unit) {
      if height == 0 || !branches(at: height)[index].isDivided(unit) {
        marked += UInt64(word.length(ofBlockAt: unit)) << shift
      }
    }
    return height == 0
      ? nil : brokenInvariant(below: index, at: height, word, free: &free, marked: &marked)
  }

  private func brokenInvariant(
    below index: Int, at height: Int, _ word: BlockWord, free: inout UInt64,
    marked: inout UInt64
  ) -> StaticString? {
    let divided = branches(at: height)[index].divided
    guard divided & ~word.closed == 0 else { return "a unit is divided and not closed" }
    for unit in 0..<64 where divided >> UInt64(unit) & 1 != 0 {
      let child = index << 6 | unit
      guard word.length(ofBlockAt: unit) == 1 else { return "a divided unit is part of a block" }
      if height == 2 {
        let number = frame(of: child << Branch.chunkOrder) >> UInt64(Branch.chunkOrder)
        guard branches(at: 1)[child].isChunk(number) else { return "a chunk has another's number" }
      }
      let broken = brokenInvariant(of: child, at: height - 1, free: &free, marked: &marked)
      if let broken { return broken }
      guard self.word(at: height - 1, child).available != .max else {
        return "free units were not merged"
      }
      let largest = largestBlock(in: child, at: height - 1)
      guard largest < 0 || branches(at: height)[index].promises(largest, by: unit) else {
        return "a unit with a free block doesn't promise it"
      }
    }
    return nil
  }

  /// The order of the largest free block among 64 units and in them; −1 where nothing is free.
  private func largestBlock(in index: Int, at height: Int) -> Int {
    let largest = word(at: height, index).largestOrder
    if largest >= 0 || height == 0 { return largest < 0 ? -1 : largest + 6 * height }
    var divided = branches(at: height)[index].divided
    var order = -1
    while divided != 0 {
      order = max(
        order, largestBlock(in: index << 6 | divided.trailingZeroBitCount, at: height - 1))
      divided &= divided - 1
    }
    return order
  }
}
