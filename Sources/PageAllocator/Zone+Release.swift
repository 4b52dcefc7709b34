import Addressing

/// The hand-off: reserved frames become free ones.
extension Zone {
  /// Makes reserved frames free. Costs by the units at the range's edges and what of it is
  /// divided; records of whole units inside are neither read nor written. No block of the zone
  /// may be in a processor's cache.
  ///
  /// - Parameter slots: Slots inside one of the zone's pieces.
  /// - Returns: How many of the frames were reserved and are free now; the others were free or
  ///   allocated already and are left alone.
  mutating func release(_ slots: Range<Int>) -> UInt64 {
    let released = release(slots, in: 0, at: height)
    freeFrames += released
    managedFrames += released
    return released
  }

  /// Makes those of the slots free that lie in the branch or group with that number.
  private mutating func release(_ slots: Range<Int>, in index: Int, at height: Int) -> UInt64 {
    let shift = Self.unitOrder(at: height)
    let start = index << (shift + 6)
    let slots = slots.clamped(to: start..<start + 64 << shift)
    guard !slots.isEmpty else { return 0 }
    if height == 0 { return releaseFrames(slots, ofGroup: index) }
    let closed = word(at: height, index).closed
    var released: UInt64 = 0
    for unit in (slots.lowerBound - start) >> shift...(slots.upperBound - 1 - start) >> shift
    where closed >> UInt64(unit) & 1 != 0 {
      let unitStart = start + unit << shift
      let isWhole = slots.lowerBound <= unitStart && slots.upperBound >= unitStart + 1 << shift
      if !branches(at: height)[index].isDivided(unit) {
        if isWhole, poisonWindow == nil || height >= 2 {
          words[height][index].reopen(1 << UInt64(unit))
          released += 1 << UInt64(shift)
          continue
        }
        begin(unit, of: index, at: height, .allClosed)
      }
      released += release(slots, in: index << 6 | unit, at: height - 1)
      settle(unit, of: index, at: height)
    }
    return released
  }

  private mutating func releaseFrames(_ slots: Range<Int>, ofGroup group: Int) -> UInt64 {
    let units = BlockWord.units(from: slots.lowerBound & 63, count: slots.count)
    let reserved = units & word(at: 0, group).closed
    words[0][group].reopen(reserved)
    if let poisonWindow {
      for slot in slots where reserved >> UInt64(slot & 63) & 1 != 0 {
        Poison.fill(frame(of: slot), count: 1, through: poisonWindow)
      }
    }
    return UInt64(reserved.nonzeroBitCount)
  }

  /// Puts right what a branch knows of a divided unit, in which things were made free.
  private mutating func settle(_ unit: Int, of index: Int, at height: Int) {
    let child = index << 6 | unit
    if word(at: height - 1, child).available == .max {
      if height == 2 { branches(at: 1)[child].endDefinition() }
      branches(at: height)[index].setDivided(unit, false)
      words[height][index].reopen(1 << UInt64(unit))
      return
    }
    let largest = largestBlock(at: height - 1, child)
    if largest >= 0 { _ = branches(at: height)[index].promise(largest, by: unit) }
  }
}
