import Addressing
import Zones

/// The frames of one node that one kind of request may have, and the buddy allocator on them:
/// a tree of `Branch`es over groups of frames.
///
/// A search starts at the top and follows, at each branch, the smallest promise that is large
/// enough: the fullest part of memory that holds the block. A free starts at the block and goes
/// up while it completes whole units or makes a larger promise than was made there before. So
/// neither depends on how much memory there is, but for the tree's height.
///
/// A frame's place among the zone's records is called its slot (`Piece`).
///
/// A zone is not safe for several processors; the page allocator holds the zone's lock around
/// every call. Only a block's mark may change without it (`SharedBlockWord`).
struct Zone: ~Copyable {
  /// Which frames the zone's slots are, in the order of the slots.
  ///
  /// The first of the fields must hold a pointer: Swift 6.3.1 can't build for ThreadSanitizer
  /// otherwise, because it takes the first word of what a table is reached through for an
  /// address.
  let pieces: PhysicalTable<Piece>

  /// The largest order that a caller may have.
  let maximumOrder: Int

  /// The height of the topmost branch, of which there is one; 0 in a zone without memory.
  let height: Int

  /// The units at heights 0 to 5, 64 to a word. Above the topmost branch the tables are empty.
  let words: InlineArray<6, PhysicalTable<SharedBlockWord>>

  /// The branches at heights 1 to 5: what more there is to know of those units.
  let branches: InlineArray<5, PhysicalTable<Branch>>

  /// The number of free frames, without those in processors' caches.
  var freeFrames: UInt64 = 0

  /// The number of frames that were ever released into the zone.
  var managedFrames: UInt64 = 0

  /// Where freed frames are filled with poison; `nil` where they are not.
  var poisonWindow: PhysicalMemoryWindow?

  /// Whether there is memory in the zone.
  var isEmpty: Bool { height == 0 }

  /// The branches at a height, 1 or above.
  @inline(__always)
  func branches(at height: Int) -> PhysicalTable<Branch> { branches[height &- 1] }

  /// The state of the 64 units with that number at a height.
  @inline(__always)
  func word(at height: Int, _ index: Int) -> BlockWord { words[height][index].value }

  /// The order of a unit at a height.
  @inline(__always)
  static func unitOrder(at height: Int) -> Int { 6 &* height }

  /// The height at which blocks of `order` are runs of units.
  @inline(__always)
  func height(ofOrder order: Int) -> Int { min(order / 6, height) }

  /// The first frame of a slot. O(log n) in pieces.
  func frame(of slot: Int) -> UInt64 {
    let chunk = slot >> Branch.chunkOrder
    var low = 0
    var high = pieces.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if pieces[middle].chunkSlots.lowerBound <= chunk { low = middle } else { high = middle - 1 }
    }
    return UInt64(slot) &- pieces[low].offset
  }
}
