import Addressing

/// The blocks of a zone that were freed last. They are handed out again as they are, without
/// being merged with their buddies and divided once more in between.
///
/// A lazy buddy system (Barkley and Lee, "A Lazy Buddy System Bounded by Two Coalescing Delays
/// per Class", 1989) with a fixed bound. To the levels and lists a block on the shelf is an
/// allocated one; that its first unit is marked is what tells the two apart (`BlockWord`).
struct Shelf: ~Copyable {
  /// A row of places for each order; none at all in a zone without memory.
  private let places: PhysicalTable<ShelvedBlock>

  /// For each order, the place for the next block. Rows are filled from their last place down;
  /// the first one stays empty.
  private var tops = InlineArray<12, Int>(repeating: 0)

  /// The largest order that may be put here.
  let maximumOrder: Int

  /// The orders that have a row: those of blocks smaller than a chunk.
  static var orders: Int { 12 }

  /// The places for all orders.
  static var capacity: Int { orders << rowShift }

  /// The base-2 logarithm of the places in a row.
  private static var rowShift: Int { 6 }
  private static var rowMask: Int { 63 }

  init(_ places: PhysicalTable<ShelvedBlock>, maximumOrder: Int) {
    self.places = places
    self.maximumOrder = min(maximumOrder, Self.orders - 1)
    for order in 0..<Self.orders { tops[order] = order << Self.rowShift | Self.rowMask }
  }

  /// Puts a block of `order`, 0 to 11, on the shelf.
  ///
  /// - Returns: Whether there was room.
  @inline(__always)
  mutating func put(_ block: ShelvedBlock, order: Int) -> Bool {
    let top = tops[order]
    guard top & Self.rowMask != 0, order <= maximumOrder else { return false }
    places[top] = block
    tops[order] = top &- 1
    return true
  }

  /// Takes the block of `order`, 0 to 11, that came last.
  @inline(__always)
  mutating func take(order: Int) -> ShelvedBlock? {
    let last = tops[order] &+ 1
    guard last & Self.rowMask != 0 else { return nil }
    tops[order] = last
    return places[last]
  }

  /// The number of blocks of an order.
  func count(order: Int) -> Int { ~tops[order] & Self.rowMask }

  /// A block of an order: the first is the one that came first.
  func block(_ index: Int, order: Int) -> ShelvedBlock {
    places[(order << Self.rowShift | Self.rowMask) - index]
  }

  /// Gives the places of an order that hold nothing one value.
  func clearUnused(order: Int) {
    guard places.count > 0 else { return }
    // The first place of all stays as it was made.
    for place in order << Self.rowShift...tops[order] { places[place] = places[0] }
  }

  /// The number of frames.
  var frames: UInt64 {
    var sum: UInt64 = 0
    for order in 0..<Self.orders { sum += UInt64(count(order: order)) << UInt64(order) }
    return sum
  }
}

/// A block on the shelf: its first frame, and the record that has it.
struct ShelvedBlock {
  let chunk: PhysicalReference<Chunk>
  let frame: UInt64
}
