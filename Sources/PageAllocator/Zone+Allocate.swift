import Addressing

extension Zone {
  /// Allocates a block and returns its slot; `nil` where no free block holds `order`.
  mutating func allocate(_ order: Int) -> Int? {
    guard let found = findUnits(holding: order) else { return nil }
    let blockOrder = order &- Self.unitOrder(at: found.height)
    // The search ends only where there is one.
    guard let unit = word(at: found.height, found.index).smallestBlock(holding: blockOrder) else {
      return nil
    }
    allocate(blockOrder, at: unit, ofHeight: found.height, found.index)
    return (found.index &<< 6 | unit) &<< Self.unitOrder(at: found.height)
  }

  /// Allocates a block at a known place and counts it.
  @inline(__always)
  mutating func allocate(_ blockOrder: Int, at unit: Int, ofHeight height: Int, _ index: Int) {
    let first: UInt64 = 1 &<< unit
    let units = BlockWord.units(of: blockOrder, at: unit)
    words[height][index].allocate(first: first, units: units)
    freeFrames &-= 1 &<< UInt64(blockOrder &+ Self.unitOrder(at: height))
  }

  /// Takes free blocks of `order`, 0 to 5, for a processor's cache: all that one group has.
  ///
  /// - Returns: The group's number, and the set of the blocks' first units; `nil` where no free
  ///   block holds `order`.
  mutating func takeBlocks(of order: Int) -> (group: Int, first: UInt64)? {
    guard let found = findUnits(holding: order) else { return nil }
    let first = BlockWord.blocks(of: order, in: word(at: 0, found.index).available)
    // Blocks don't overlap, so that no product of theirs does.
    words[0][found.index].allocateMarked(
      first: first, units: first &* BlockWord.units(of: order, at: 0))
    freeFrames &-= UInt64(truncatingIfNeeded: first.nonzeroBitCount &<< order)
    return (found.index, first)
  }

  /// Where 64 units lie that have a free block of `order`, one of the smallest that hold it:
  /// their height, 0 for frames, and their number at that height. Divides what must be.
  @inline(__always)
  private mutating func findUnits(holding order: Int) -> (height: Int, index: Int)? {
    guard height > 0 else { return nil }
    let goal = height(ofOrder: order)
    // What is found wrong on the way down is put right where it was promised, and the search
    // begins again; each time a promise is gone.
    search: while true {
      var height = height
      var index = 0
      while height > goal {
        let branches = branches(at: height)
        var unit: Int
        if let found = branches[index].unit(promising: order) {
          unit = found.unit
          let largest = largestBlock(at: height &- 1, index &<< 6 | unit)
          if largest != found.promise {
            branches[index].correctPromise(of: unit, from: found.promise, to: largest)
            continue
          }
        } else if let free = word(at: height, index).smallestBlock(holding: 0) {
          unit = free
          divide(unit, of: index, at: height)
        } else if height == self.height {
          return nil
        } else {
          // The parent was promised more than is here; it sees so when it is asked again.
          continue search
        }
        index = index &<< 6 | unit
        height &-= 1
      }
      guard goal == self.height else { return (height, index) }
      let blockOrder = order &- Self.unitOrder(at: goal)
      return word(at: goal, index).smallestBlock(holding: blockOrder) == nil ? nil : (goal, index)
    }
  }

  /// The order of the largest free block among 64 units, as far as is known: the truth for
  /// frames, a promise for others. −1 where nothing is free.
  @inline(__always)
  mutating func largestBlock(at height: Int, _ index: Int) -> Int {
    height == 0
      ? word(at: 0, index).largestOrder
      : branches(at: height)[index].largestPromise(
        word(at: height, index), unitOrder: Self.unitOrder(at: height))
  }

  /// Divides a free unit into 64 free ones of the level below.
  mutating func divide(_ unit: Int, of index: Int, at height: Int) {
    words[height][index].close(1 &<< unit)
    begin(unit, of: index, at: height, .allFree)
    _ = branches(at: height)[index].promise(Self.unitOrder(at: height) &- 1, by: unit)
    if height == 2, let poisonWindow {
      let slot = (index << 6 | unit) << Branch.chunkOrder
      Poison.fill(frame(of: slot), count: 1 << UInt64(Branch.chunkOrder), through: poisonWindow)
    }
  }

  /// Writes the record of a closed unit, so that it is divided.
  mutating func begin(_ unit: Int, of index: Int, at height: Int, _ word: BlockWord) {
    let child = index << 6 | unit
    words[height - 1][child].write(word)
    if height > 1 {
      let number =
        height == 2
        ? frame(of: child << Branch.chunkOrder) >> UInt64(Branch.chunkOrder) : Branch.undefined
      branches(at: height - 1)[child].begin(chunkNumber: number)
    }
    branches(at: height)[index].setDivided(unit, true)
  }
}
