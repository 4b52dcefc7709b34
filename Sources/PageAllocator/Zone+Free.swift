import Addressing

extension Zone {
  /// Frees the allocated block of `order` at `slot`, a multiple of the block's size inside the
  /// zone's pieces. Where there is no such block nothing is changed.
  ///
  /// - Returns: Whether there was one.
  mutating func free(_ order: Int, at slot: Int) -> Bool {
    guard hasBlock(order, at: slot) else { return false }
    release(order, at: slot)
    if let poisonWindow {
      Poison.fill(frame(of: slot), count: 1 << UInt64(order), through: poisonWindow)
    }
    return true
  }

  /// Whether an allocated block of `order` starts at `slot`. O(height).
  func hasBlock(_ order: Int, at slot: Int) -> Bool {
    let height = height(ofOrder: order)
    let blockOrder = order - Self.unitOrder(at: height)
    let index = slot >> Self.unitOrder(at: height + 1)
    let unit = slot >> Self.unitOrder(at: height) & 63
    return isDefined(height, index) && slot & (1 << order - 1) == 0
      && word(at: height, index).isBlock(blockOrder, at: unit)
  }

  /// Whether the record of 64 units means something: whether all that they are part of is
  /// divided. O(height).
  func isDefined(_ height: Int, _ index: Int) -> Bool {
    var top = self.height
    while top > height {
      let unit = index >> (6 * (top - height - 1))
      guard branches(at: top)[unit >> 6].isDivided(unit & 63) else { return false }
      top -= 1
    }
    return true
  }

  /// Makes a block free that is allocated or was in a processor's cache, and merges it. O(height),
  /// and nearly always no more than two steps.
  @inline(__always)
  mutating func release(_ order: Int, at slot: Int) {
    freeFrames &+= 1 &<< UInt64(truncatingIfNeeded: order)
    switch height(ofOrder: order) {
    // The compiler works these two out for their heights.
    case 0: release(order, at: slot, height: 0)
    case 1: release(order, at: slot, height: 1)
    case let height: release(order, at: slot, height: height)
    }
  }

  @inline(__always)
  private mutating func release(_ order: Int, at slot: Int, height: Int) {
    let unit = slot &>> Self.unitOrder(at: height)
    let index = unit &>> 6
    let word = words[height][index].release(
      first: 1 &<< unit,
      units: BlockWord.units(of: order &- Self.unitOrder(at: height), at: unit))
    let merged = word.mergedOrder(at: unit & 63)
    if merged == BlockWord.wholeOrder, height < self.height {
      reopen(index, at: height &+ 1)
    } else if height < self.height,
      branches[height][index &>> 6].promise(
        merged &+ Self.unitOrder(at: height), by: index & 63)
    {
      promise(merged &+ Self.unitOrder(at: height), from: height &+ 1, index &>> 6)
    }
  }

  /// Makes a divided unit, in which all is free, a free unit, and its parent too where that is
  /// the last one missing there.
  @inline(never)
  private mutating func reopen(_ unit: Int, at height: Int) {
    var height = height
    var unit = unit
    while true {
      let index = unit >> 6
      branches(at: height)[index].setDivided(unit & 63, false)
      words[height][index].reopen(1 << UInt64(unit & 63))
      let merged = word(at: height, index).mergedOrder(at: unit & 63)
      guard merged == BlockWord.wholeOrder, height < self.height else {
        return promise(merged + Self.unitOrder(at: height), from: height, index)
      }
      unit = index
      height += 1
    }
  }

  /// Tells the branches above 64 units of a free block among these.
  @inline(never)
  mutating func promise(_ order: Int, from height: Int, _ index: Int) {
    var height = height
    var index = index
    while height < self.height {
      height &+= 1
      let unit = index & 63
      index &>>= 6
      // Where a larger block was promised already, those above know of that.
      if !branches(at: height)[index].promise(order, by: unit) { return }
    }
  }
}
