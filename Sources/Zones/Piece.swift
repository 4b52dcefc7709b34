import Addressing

/// Neighbouring frames of one zone, and where their records are.
///
/// A zone's records are dense: they skip the holes between its pieces. A frame's place among
/// them is called its slot.
package struct Piece: AnyBitPattern {
  /// The base-2 logarithm of the frames in a chunk: what pieces' slots are aligned to.
  package static var chunkOrder: Int { 12 }

  /// The first frame.
  package var start: UInt64

  /// The frame past the last.
  package var end: UInt64

  /// What is added to a frame's number, modulo 2^64, to get its slot: a multiple of a chunk.
  package var offset: UInt64

  /// The zone's index.
  package var zone: UInt64

  /// Makes a piece.
  ///
  /// - Parameters:
  ///   - start: The first frame.
  ///   - end: The frame past the last.
  ///   - offset: What is added to a frame's number to get its slot.
  ///   - zone: The zone's index.
  package init(start: UInt64, end: UInt64, offset: UInt64, zone: UInt64) {
    self.start = start
    self.end = end
    self.offset = offset
    self.zone = zone
  }

  /// The chunks that the piece touches, by slot.
  package var chunkSlots: Range<Int> {
    let first = (start &+ offset) >> UInt64(Piece.chunkOrder)
    let last = (end &+ offset &- 1) >> UInt64(Piece.chunkOrder)
    return Int(first)..<Int(last) + 1
  }
}
