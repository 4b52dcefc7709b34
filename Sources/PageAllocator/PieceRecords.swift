import Addressing
import Zones

/// A piece of memory, and the zone that has its records: where a processor finds the records of
/// what it frees without looking for them.
struct PieceRecords {
  /// The piece's zone.
  let records: PhysicalReference<Zone>

  /// The zone's index.
  let zone: Int

  /// The piece's first frame.
  let start: UInt64

  /// The number of frames; 0 for no piece at all.
  let count: UInt64

  /// What is added to a frame's number to get its slot.
  let offset: UInt64

  /// Whether a frame is in the piece.
  @inline(__always)
  func holds(_ frame: UInt64) -> Bool { frame &- start < count }

  /// The slot of a frame of the piece.
  @inline(__always)
  func slot(of frame: UInt64) -> Int { Int(truncatingIfNeeded: frame &+ offset) }
}

extension Zone {
  /// Marks the allocated block of `order`, 0 to 10, at a slot as one in a processor's cache. The
  /// zone's lock need not be held.
  ///
  /// - Returns: The word that has the block's units; `nil` where there is no such block, or
  ///   where somebody else changed the word at the same time. Nothing was changed then.
  @inline(__always)
  func mark(_ order: Int, at slot: Int) -> PhysicalReference<SharedBlockWord>? {
    let chunk = slot &>> Branch.chunkOrder
    // These are the records of chunks that always mean something (`init`).
    guard branches[1][chunk &>> 6].isDivided(chunk & 63) else { return nil }
    let group = slot &>> Branch.groupOrder
    if order < Branch.groupOrder {
      guard branches[0][chunk].isDivided(group & 63) else { return nil }
      let word = words[0].reference(to: group)
      return word.object.mark(order, at: slot & 63) ? word : nil
    }
    let word = words[1].reference(to: chunk)
    guard slot & 63 == 0, word.object.mark(order &- Branch.groupOrder, at: group & 63) else {
      return nil
    }
    return word
  }
}
