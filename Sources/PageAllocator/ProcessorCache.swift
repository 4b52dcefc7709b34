import Addressing

/// The blocks that a processor keeps at hand: a magazine for each order.
///
/// To its zone a block in a magazine is an allocated one, marked so that nobody can free it once
/// more (`BlockWord`). Magazines are last in, first out; they are filled and emptied in
/// batches.
///
/// Every use is with the cache's lock held, which nobody but the owner asks for in ordinary use:
/// others do to drain the cache.
struct ProcessorCache: ~Copyable {
  /// A row of blocks for each order.
  private let blocks: PhysicalTable<CachedBlock>

  let lock = SpinLock()

  private var magazines = InlineArray<16, Magazine>(repeating: Magazine())

  /// The chunk that this processor last freed to; it may be divided no longer.
  private var chunk: DividedChunk

  /// The number of orders, from 0 up, that there are magazines for.
  static var orders: Int { 11 }

  /// The number of blocks that a magazine holds.
  static var capacity: Int { 64 }

  /// The number of blocks for all orders.
  static var blockCount: Int { orders * capacity }

  init(_ blocks: PhysicalTable<CachedBlock>, chunk: DividedChunk) {
    self.blocks = blocks
    self.chunk = chunk
  }

  /// The number of blocks of an order at hand.
  func count(_ order: Int) -> Int { magazines[order & 15].count }

  /// The zone that the blocks of an order are from.
  func zone(_ order: Int) -> Int { magazines[order & 15].zone }

  /// Takes the block of the request's order that came last, if the magazine's zone is the
  /// request's first choice.
  @inline(__always)
  mutating func pop(for request: FrameRequest) -> UInt64? {
    guard UInt(bitPattern: request.order) < UInt(Self.orders),
      magazines[request.order & 15].choice == request.bits
    else { return nil }
    return pop(request.order)
  }

  /// Takes the block of `order` that came last.
  @inline(__always)
  mutating func pop(_ order: Int) -> UInt64? {
    let count = magazines[order & 15].count
    guard count != 0 else { return nil }
    magazines[order & 15].count = count &- 1
    let block = blocks[order &<< 6 | count &- 1]
    block.word.object.unmark(first: 1 &<< block.unit(order))
    return block.frame
  }

  /// Puts an allocated block into its magazine, if it lies in the chunk that was freed to last
  /// and there is room.
  ///
  /// - Returns: Whether that was so; if not, nothing was changed.
  @inline(__always)
  mutating func push(_ frame: UInt64, _ order: Int) -> Bool {
    guard UInt(bitPattern: order) < UInt(Self.orders), chunk.holds(frame),
      magazines[order & 15].zone == chunk.zone, magazines[order & 15].count < Self.capacity,
      let block = chunk.block(order, at: frame)
    else { return false }
    guard block.word.object.mark(first: 1 &<< block.unit(order)) else { return false }
    add(block, order)
    return true
  }

  /// Puts a block that is marked into its magazine, where there is room.
  @inline(__always)
  mutating func add(_ block: CachedBlock, _ order: Int) {
    let count = magazines[order & 15].count
    blocks[order &<< 6 | count] = block
    magazines[order & 15].count = count &+ 1
  }

  /// Remembers a chunk that is freed to.
  mutating func remember(_ chunk: DividedChunk) { self.chunk = chunk }

  /// Makes an empty magazine one for a zone's blocks.
  mutating func assign(_ order: Int, to zone: Int) {
    guard magazines[order & 15].zone != zone else { return }
    magazines[order & 15].zone = zone
    magazines[order & 15].choice = .max
  }

  /// Notes for which requests the magazine's zone is the first choice.
  mutating func setChoice(_ order: Int, _ bits: UInt64) { magazines[order & 15].choice = bits }

  /// Takes the blocks of `order` that came first, leaving as many as are said.
  mutating func removeOldest(_ order: Int, leaving rest: Int, _ body: (CachedBlock) -> Void) {
    let row = order << 6
    let removed = max(0, count(order) - rest)
    for index in 0..<removed { body(blocks[row | index]) }
    for index in 0..<count(order) - removed { blocks[row | index] = blocks[row | removed + index] }
    magazines[order & 15].count -= removed
  }

  /// Whether a block is at hand.
  func holds(_ frame: UInt64, _ order: Int) -> Bool {
    guard order < Self.orders else { return false }
    for index in 0..<count(order) where blocks[order << 6 | index].frame == frame { return true }
    return false
  }

  /// The frames of all blocks at hand.
  var frames: UInt64 {
    var sum: UInt64 = 0
    for order in 0..<Self.orders { sum += UInt64(count(order)) << UInt64(order) }
    return sum
  }

  /// The first invariant that doesn't hold, in words; `nil` where all do.
  var brokenInvariant: StaticString? {
    for order in 0..<Self.orders {
      guard count(order) >= 0, count(order) <= Self.capacity else {
        return "a magazine has more blocks than it holds"
      }
      for index in 0..<count(order) {
        let block = blocks[order << 6 | index]
        let word = block.word.object.value
        let unit = block.unit(order)
        let length = 1 << (order < Branch.groupOrder ? order : order - Branch.groupOrder)
        guard word.isClosed(unit) else { return "a block in a cache has no mark" }
        guard word.length(ofBlockAt: unit) == length else {
          return "a block in a cache is not of its order"
        }
      }
    }
    return nil
  }
}

/// The blocks of one order in a processor's cache: how many, and which zone's.
private struct Magazine {
  var count = 0
  var zone = 0

  /// The requests for which the zone is the first choice: `FrameRequest.bits`.
  var choice = UInt64.max
}

/// A block in a processor's cache.
struct CachedBlock {
  /// The word that has its units: frames for orders 0 to 5, groups for 6 to 11.
  let word: PhysicalReference<SharedBlockWord>
  let frame: UInt64

  /// The block's first unit in its word.
  @inline(__always)
  func unit(_ order: Int) -> Int {
    let frame = Int(truncatingIfNeeded: frame)
    return (order < Branch.groupOrder ? frame : frame &>> Branch.groupOrder) & 63
  }
}
