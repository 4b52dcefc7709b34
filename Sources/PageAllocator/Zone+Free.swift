import Addressing

extension Zone {
  /// Frees the allocated block of `order` at `slot`, a multiple of the block's size inside the
  /// zone's pieces. Where there is no such block nothing is changed.
  ///
  /// - Returns: Whether there was one.
  mutating func free(_ order: Int, at slot: Int) -> Bool {
    let height = height(ofOrder: order)
    let blockOrder = order - Self.unitOrder(at: height)
    let index = slot >> Self.unitOrder(at: height + 1)
    let unit = slot >> Self.unitOrder(at: height) & 63
    guard isDefined(height, index), word(at: height, index).isBlock(blockOrder, at: unit) else {
      return false
    }
    release(order, at: slot)
    if let poisonWindow {
      Poison.fill(frame(of: slot), count: 1 << UInt64(order), through: poisonWindow)
    }
    return true
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
    freeFrames &+= 1 &<< UInt64(order)
    var height = height(ofOrder: order)
    var index = slot &>> Self.unitOrder(at: height)
    let unit = index & 63
    let blockOrder = order &- Self.unitOrder(at: height)
    index &>>= 6
    let first: UInt64 = 1 &<< unit
    let units = BlockWord.units(of: blockOrder, at: unit)
    let word = words[height][index].release(first: first, units: units)
    var merged = word.mergedOrder(from: blockOrder, at: unit)
    while merged == BlockWord.wholeOrder, height < self.height {
      // All 64 units are free: the parent has one free unit instead.
      if height == 1 { branches(at: 1)[index].endDefinition() }
      height &+= 1
      let unit = index & 63
      index &>>= 6
      branches(at: height)[index].setDivided(unit, false)
      words[height][index].reopen(1 &<< unit)
      merged = self.word(at: height, index).mergedOrder(from: 0, at: unit)
    }
    promise(merged &+ Self.unitOrder(at: height), from: height, index)
  }

  /// Tells the branches above 64 units of a free block among these.
  @inline(__always)
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
