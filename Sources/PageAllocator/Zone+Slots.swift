import Addressing

/// What lies at slots that the caller names.
extension Zone {
  /// The smallest unit with a slot in it that is not divided: its height, its number there, and
  /// the state of its neighbours. O(height).
  private func unit(with slot: Int) -> (height: Int, unit: Int, word: BlockWord) {
    var height = self.height
    while true {
      let unit = slot >> Self.unitOrder(at: height)
      if height == 0 || !branches(at: height)[unit >> 6].isDivided(unit & 63) {
        return (height, unit, word(at: height, unit >> 6))
      }
      height -= 1
    }
  }

  /// What a slot is used for, as far as the zone's records tell.
  enum SlotState: Equatable {
    case free
    /// The first of an allocated block of that order.
    case head(order: Int)
    /// In an allocated block, but not its first.
    case inside
    /// In a block that is in a processor's cache, of more than one unit.
    case cached
    /// Reserved; or the block of that order at that slot is in a processor's cache.
    case reservedOrCached(order: Int, slot: Int)
  }

  /// What a slot is used for. O(height).
  func state(of slot: Int) -> SlotState {
    let (height, unit, word) = unit(with: slot)
    if word.isFree(unit & 63) { return .free }
    let order = Self.unitOrder(at: height)
    let start = word.start(ofBlockWith: unit & 63)
    let length = word.length(ofBlockAt: start)
    if word.isClosed(start) {
      return length > 1
        ? .cached : .reservedOrCached(order: order, slot: (unit & ~63 | start) << order)
    }
    guard start == unit & 63, slot == unit << order else { return .inside }
    return .head(order: order + length.trailingZeroBitCount)
  }

  /// Whether the aligned block of `order` at `slot` is free. O(height).
  func isFree(_ order: Int, at slot: Int) -> Bool {
    let (height, unit, word) = unit(with: slot)
    let unitOrder = Self.unitOrder(at: height)
    if order <= unitOrder { return word.isFree(unit & 63) }
    // What is divided below the block's own height is not free from end to end.
    guard height == self.height(ofOrder: order) else { return false }
    let units = BlockWord.units(of: order - unitOrder, at: unit & 63)
    return word.available & units == units
  }

  /// Allocates the aligned block of `order` at `slot`, which `isFree` has found free.
  mutating func allocate(_ order: Int, at slot: Int) {
    let goal = height(ofOrder: order)
    var height = self.height
    while height > goal {
      let unit = slot >> Self.unitOrder(at: height)
      if !branches(at: height)[unit >> 6].isDivided(unit & 63) {
        divide(unit & 63, of: unit >> 6, at: height)
      }
      height -= 1
    }
    let unit = slot >> Self.unitOrder(at: goal)
    allocate(order - Self.unitOrder(at: goal), at: unit & 63, ofHeight: goal, unit >> 6)
  }

  /// The first slot of some that is not free; `nil` where all are. O(slots).
  func firstUsed(in slots: Range<Int>) -> Int? {
    var slot = slots.lowerBound
    while slot < slots.upperBound {
      let (height, unit, word) = unit(with: slot)
      guard word.isFree(unit & 63) else { return slot }
      slot = (unit + 1) << Self.unitOrder(at: height)
    }
    return nil
  }

  /// The first free slot of some, or their end. O(slots).
  func firstFree(in slots: Range<Int>) -> Int {
    var slot = slots.lowerBound
    while slot < slots.upperBound {
      let (height, unit, word) = unit(with: slot)
      if word.isFree(unit & 63) { return slot }
      slot = (unit + 1) << Self.unitOrder(at: height)
    }
    return slots.upperBound
  }
}
