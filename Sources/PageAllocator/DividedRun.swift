import Addressing
import Zones

/// Neighbouring chunks of one piece, all of them divided: where a free finds its record at once.
///
/// Not every frame of the first and the last chunk need be the piece's; to the records the
/// others are reserved.
struct DividedRun {
  /// The records.
  let chunks: PhysicalTable<Chunk>

  /// The first frame of the first chunk.
  let firstFrame: UInt64

  /// A run that no frame is in.
  static func empty(of chunks: PhysicalTable<Chunk>) -> DividedRun {
    DividedRun(chunks: chunks.part(0..<0), firstFrame: 0)
  }

  /// The chunk that a frame is in; `nil` where that is none of these.
  @inline(__always)
  func chunk(of frame: UInt64) -> PhysicalReference<Chunk>? {
    let index = Int(truncatingIfNeeded: (frame &- firstFrame) &>> UInt64(Chunk.shift))
    guard UInt(bitPattern: index) < UInt(bitPattern: chunks.count) else { return nil }
    return chunks.reference(to: index)
  }
}

extension Zone {
  /// Makes the run the one with the chunk at `slot`, if this is divided. O(1).
  mutating func findRun(at slot: Int, of piece: Piece) {
    let chunk = slot >> Chunk.shift
    // The short way in doesn't look at the maximum order where it frees less than a group.
    guard maximumOrder >= Chunk.groupShift, isDivided(chunk) else { return }
    var first = 0
    var end = dividedPrefix
    if chunk >= end {
      let others = ~spans[chunk >> 6].divided
      let below = (others &<< UInt64(63 - chunk & 63)).leadingZeroBitCount
      first = max(chunk - below + 1, chunk & ~63)
      end = min(chunk + (others &>> UInt64(chunk & 63)).trailingZeroBitCount, (chunk | 63) + 1)
    }
    first = max(first, piece.chunkSlots.lowerBound)
    end = min(end, piece.chunkSlots.upperBound)
    run = DividedRun(
      chunks: chunks.part(first..<end),
      firstFrame: UInt64(first << Chunk.shift) &- piece.offset)
  }
}
