import Addressing

/// The block of each order that was freed last, handed out again as it is, without being merged
/// with its buddy and divided once more in between.
///
/// A lazy buddy system (Barkley and Lee, "A Lazy Buddy System Bounded by Two Coalescing Delays
/// per Class", 1989) with the smallest bound there is. It saves what most allocations behind a free
/// would cost; every block more was seen to cost large blocks as memory ages (`make bench`). To the
/// sets a block on the shelf is an allocated one; that its first unit is marked is what tells the two
/// apart (`BlockWord`).
struct Shelf: ~Copyable {
  /// A place for each order; none at all in a zone without memory. One without a block still has
  /// the frame of the last block of its order that was allocated.
  private let places: PhysicalTable<ShelvedBlock>

  /// The orders whose places have a block.
  private var taken: UInt64 = 0

  /// The largest order that may be put here.
  let maximumOrder: Int

  /// The orders that have a place: those of blocks smaller than a chunk.
  static var orders: Int { 12 }

  init(_ places: PhysicalTable<ShelvedBlock>, maximumOrder: Int) {
    self.places = places
    self.maximumOrder = min(maximumOrder, Self.orders - 1)
  }

  /// Whether there is room for a block of `order`, 0 to 11.
  @inline(__always)
  func hasRoom(order: Int) -> Bool {
    taken &>> UInt64(truncatingIfNeeded: order) & 1 == 0 && order <= maximumOrder
  }

  /// Whether a block is the one of its order that was allocated last, if there is room for it.
  @inline(__always)
  func isLastAllocated(_ frame: UInt64, order: Int) -> Bool { places[order].frame == frame }

  /// Puts a block of `order` on the shelf, which has room for it.
  @inline(__always)
  mutating func put(_ block: ShelvedBlock, order: Int) {
    places[order] = block
    taken |= 1 &<< UInt64(truncatingIfNeeded: order)
  }

  /// Takes the block of `order`, 0 to 11.
  @inline(__always)
  mutating func take(order: Int) -> ShelvedBlock? {
    guard taken &>> UInt64(truncatingIfNeeded: order) & 1 != 0 else { return nil }
    taken ^= 1 &<< UInt64(truncatingIfNeeded: order)
    return places[order]
  }

  /// Notes which block of `order` was allocated last.
  @inline(__always)
  func noteAllocation(of frame: UInt64, order: Int) {
    if order < Self.orders { places[order].frame = frame }
  }

  /// Gives the empty places one record, which nothing reads. The frame that each has stays.
  func clearUnused(with chunk: PhysicalReference<Chunk>) {
    for order in 0..<places.count where taken >> UInt64(order) & 1 == 0 {
      places[order].chunk = chunk
    }
  }

  /// The block of an order, if there is one.
  func block(order: Int) -> ShelvedBlock? {
    taken >> UInt64(order) & 1 != 0 ? places[order] : nil
  }

  /// The number of frames. A block of each order has as many as the set of orders is a number.
  var frames: UInt64 { taken }
}

/// A block on the shelf: its first frame, and the record that has it.
struct ShelvedBlock {
  var chunk: PhysicalReference<Chunk>
  var frame: UInt64
}
