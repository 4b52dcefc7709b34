import Addressing
import Zones

/// The frames of one node that one kind of request may have, and the buddy allocator on them.
///
/// Three levels of `BlockWord`s, each with 64 units of the level below: frames in groups,
/// groups in chunks, chunks in spans. Orders 0 to 5 are blocks in a group, 6 to 11 in a chunk,
/// 12 to 18 in a span. A level's records mean something only where the level above says that
/// the unit is divided.
///
/// An allocation takes the smallest free block that holds it, the lowest of these as far as the
/// levels tell, and outside 2 MiB of which more is free if it can: that is what keeps large blocks
/// together for longest. For each order a level has
/// the set of units that may hold a free block of just that order. The sets may promise too much,
/// never too little; a search that was misled puts them right.
///
/// A free merges at once, but for one block of each order, which stays on the shelf until the next
/// allocation of its order: one smaller than a group whose buddy is not free, or the one that was
/// allocated last. More would cost large blocks as memory ages.
///
/// A zone is not safe for several processors; the page allocator holds the zone's lock around
/// every call.
struct Zone: ~Copyable {
  /// Which frames the zone's slots are, in the order of the slots.
  ///
  /// The first of the fields must hold a pointer: Swift 6.3.1 can't build for ThreadSanitizer
  /// otherwise, because it takes the first word of what a table is reached through for an
  /// address.
  let pieces: PhysicalTable<Piece>

  /// Held, with interrupts disabled, during every use where there are several processors.
  let lock = SpinLock()

  /// The largest order that a caller may have.
  let maximumOrder: Int

  let spans: PhysicalTable<ChunkSpan>
  let chunks: PhysicalTable<Chunk>

  /// The block of each order that was freed last.
  var shelf: Shelf

  /// The chunks that frames were last freed to.
  var run: DividedRun

  /// The orders, 0 to 12, of which divided chunks may have free blocks.
  var orders: UInt64 = 0

  /// For each order, the number of spans with such chunks.
  var spanCounts = InlineArray<16, Int>(repeating: 0)

  /// For each of the orders, a span below which none has such chunks.
  var firstSpans = InlineArray<16, Int>(repeating: 0)

  /// No span below this one has a free chunk.
  var firstOpenSpan = 0

  /// All chunks below this one are divided.
  var dividedPrefix = 0

  /// The number of free frames, without those on the shelf.
  var freeFrames: UInt64 = 0

  /// The number of frames that were ever released into the zone.
  var managedFrames: UInt64 = 0

  /// Where freed frames are filled with poison; `nil` where they are not.
  var poisonWindow: PhysicalMemoryWindow?

  /// The frame that has a slot in a divided chunk.
  func frame(of slot: Int) -> UInt64 {
    chunks[slot >> Chunk.shift].firstFrame | UInt64(truncatingIfNeeded: slot) & 4095
  }

  /// The first frame of the block of `order` at `slot`.
  func firstFrame(ofBlockAt slot: Int, _ order: Int) -> UInt64 {
    order <= Chunk.shift ? frame(of: slot) : firstFrame(ofChunk: slot >> Chunk.shift)
  }

  /// The first frame of a chunk that need not be divided. O(log n) in pieces.
  func firstFrame(ofChunk chunk: Int) -> UInt64 {
    var low = 0
    var high = pieces.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if pieces[middle].chunkSlots.lowerBound <= chunk { low = middle } else { high = middle - 1 }
    }
    return UInt64(chunk << Chunk.shift) &- pieces[low].offset
  }
}
