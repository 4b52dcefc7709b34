import Addressing
import Synchronization

/// The record of 64 units of which each may be divided into 64 smaller ones.
///
/// A zone is a tree with a fan-out of 64. Its words (`BlockWord`) say which units are free, at
/// each height. At height 0 are the frames, 64 to a word, and nothing else. At height h the units are 64^h frames large, so that
/// a unit is a block of order 6h: at height 1 a group, at height 2 a chunk of 16 MiB, at height
/// 3 a span of 1 GiB.
///
/// What is recorded of the inside of a unit, its word and its branch, means something only while its
/// parent says that the unit is divided. That is what makes memory that nobody has touched cost
/// nothing.
///
/// `promises` says, for each order, which of the divided units may hold a free block of it and
/// of no larger one. A promise may be too much, never too little: each divided unit is in the
/// set of its largest free block's order or in one above. A free makes the promise that is due;
/// an allocation leaves promises as they are, and the search that one misleads puts it right.
struct Branch: ~Copyable, UnwrittenStorage {
  /// The units that are divided. Only changed with the zone's lock held.
  private let dividedUnits = Atomic<UInt64>(0)

  /// At height 1, the chunk's number: its first frame, shifted by `Branch.chunkOrder`;
  /// `undefined` once the chunk is no longer divided.
  private let chunkNumber = Atomic<UInt64>(Branch.undefined)

  /// The orders for which some unit may have made a promise.
  private var promisedOrders: UInt64 = 0

  /// For each order, the units that promise it.
  private var promises = InlineArray<20, UInt64>(repeating: 0)

  /// Stands for the number of a chunk that is not divided.
  static var undefined: UInt64 { .max }

  /// The order of a group: a unit at height 1.
  static var groupOrder: Int { 6 }

  /// The order of a chunk: a unit at height 2, and all that a branch at height 1 has.
  static var chunkOrder: Int { 12 }

  /// The largest order there is a set for; larger ones are promised as this.
  static var largestPromise: Int { 18 }

  /// Which units are divided.
  @inline(__always)
  var divided: UInt64 { dividedUnits.load(ordering: .acquiring) }

  /// Whether the unit is divided.
  @inline(__always)
  func isDivided(_ unit: Int) -> Bool { divided &>> unit & 1 != 0 }

  /// Whether this is the record of the chunk with that number.
  @inline(__always)
  func isChunk(_ number: UInt64) -> Bool { chunkNumber.load(ordering: .acquiring) == number }

  /// Says that this is no longer the record of anything.
  func endDefinition() { chunkNumber.store(Self.undefined, ordering: .releasing) }

  /// Writes the record of a unit that was just divided, with none of the parts divided.
  mutating func begin(chunkNumber: UInt64) {
    dividedUnits.store(0, ordering: .relaxed)
    promisedOrders = 0
    for order in 0..<20 { promises[order] = 0 }
    self.chunkNumber.store(chunkNumber, ordering: .releasing)
  }

  /// Notes that a closed unit is divided, or is so no longer.
  func setDivided(_ unit: Int, _ isDivided: Bool) {
    let bit: UInt64 = 1 &<< unit
    let others = divided & ~bit
    dividedUnits.store(isDivided ? others | bit : others, ordering: .releasing)
  }

  /// Whether `unit` promises a block of `order` at least.
  func promises(_ order: Int, by unit: Int) -> Bool {
    for promised in min(order, Self.largestPromise)...Self.largestPromise
    where promises[promised] >> UInt64(unit) & 1 != 0 {
      return promisedOrders >> UInt64(promised) & 1 != 0
    }
    return false
  }

  /// Notes that `unit` promises a free block of `order`.
  ///
  /// - Returns: Whether that is more than was promised here before.
  @inline(__always)
  mutating func promise(_ order: Int, by unit: Int) -> Bool {
    let order = min(order, Self.largestPromise)
    promises[order] |= 1 &<< unit
    let before = promisedOrders
    promisedOrders = before | 1 &<< order
    return before &>> order == 0
  }

  /// A divided unit that promises `order`, and what it promises, which is as little as any does;
  /// `nil` where none promises that much.
  @inline(__always)
  mutating func unit(promising order: Int) -> (unit: Int, promise: Int)? {
    while true {
      let orders = promisedOrders & (.max &<< order)
      guard orders != 0 else { return nil }
      let promised = orders.trailingZeroBitCount
      // What was a promise of a divided unit is void once the unit is not.
      promises[promised] &= divided
      let units = promises[promised]
      if units != 0 { return (units.trailingZeroBitCount, promised) }
      promisedOrders &= ~(1 &<< promised)
    }
  }

  /// Puts a unit's promise right: not `old`, but the order of its largest free block, −1 for
  /// none.
  @inline(__always)
  mutating func correctPromise(of unit: Int, from old: Int, to order: Int) {
    promises[old] &= ~(1 &<< unit)
    if order >= 0 { _ = promise(order, by: unit) }
  }

  /// The most that this branch, with `word` for its units of `unitOrder`, can promise to its
  /// parent; −1 for nothing.
  mutating func largestPromise(_ word: BlockWord, unitOrder: Int) -> Int {
    let largest = word.largestOrder
    if largest >= 0 { return min(largest &+ unitOrder, Self.largestPromise) }
    while promisedOrders != 0 {
      let order = 63 &- promisedOrders.leadingZeroBitCount
      promises[order] &= divided
      if promises[order] != 0 { return order }
      promisedOrders &= ~(1 &<< order)
    }
    return -1
  }
}
