import Addressing

/// What a frame is used for.
public enum FrameState: Equatable, Sendable {
  /// It is free, on its own or as part of a larger block.
  case free

  /// It is the first of an allocated block of that order.
  case head(order: Int)

  /// It is in an allocated block, but not its first frame.
  case inside

  /// It was never released into the allocator.
  case reserved
}

extension Zone {
  /// What the frame with that slot is used for. O(1).
  func state(of slot: Int) -> FrameState {
    let chunk = slot >> Chunk.shift
    let word = spans[chunk >> 6].chunks
    guard word.isClosed(chunk & 63) else {
      return Self.state(
        of: chunk & 63, in: word, orderOfUnit: Chunk.shift,
        isFirst: slot & ((1 << Chunk.shift) - 1) == 0)
    }
    guard isDivided(chunk) else { return .reserved }
    let group = slot >> Chunk.groupShift & 63
    // What is closed, not divided and in no cache is on the shelf.
    if !chunks[chunk].isDivided(group), !chunks[chunk].isClaimed(group) {
      return Self.state(
        of: group, in: chunks[chunk].groups, orderOfUnit: Chunk.groupShift,
        isFirst: slot & 63 == 0)
    }
    let frames = chunks[chunk].frames[group]
    if frames.isClosed(slot & 63), frames.length(ofBlockAt: slot & 63) == 1 {
      return isShelved(frame(of: slot)) ? .free : .reserved
    }
    return Self.state(of: slot & 63, in: frames, orderOfUnit: 0, isFirst: true)
  }

  /// The state of a frame in a unit that is free or in a block, allocated or on the shelf.
  private static func state(
    of unit: Int, in word: BlockWord, orderOfUnit: Int, isFirst: Bool
  ) -> FrameState {
    if word.isFree(unit) || word.isClosed(word.start(ofBlockWith: unit)) { return .free }
    guard word.isHead(unit), isFirst else { return .inside }
    return .head(order: orderOfUnit + word.length(ofBlockAt: unit).trailingZeroBitCount)
  }
}
