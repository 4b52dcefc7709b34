import Addressing

/// A run of frames of one zone, and where its records are.
///
/// A zone's records are dense: they skip the holes between its pieces. A frame's place among
/// them is called its slot.
struct Piece: AnyBitPattern {
  /// The first frame.
  var start: UInt64

  /// The frame past the last.
  var end: UInt64

  /// What is added to a frame's number, modulo 2^64, to get its slot: a multiple of a chunk.
  var offset: UInt64

  /// The zone's index.
  var zone: UInt64

  /// The chunks that the piece touches, by slot.
  var chunkSlots: Range<Int> {
    let first = (start &+ offset) >> UInt64(Chunk.shift)
    let last = (end &+ offset &- 1) >> UInt64(Chunk.shift)
    return Int(first)..<Int(last) + 1
  }
}
