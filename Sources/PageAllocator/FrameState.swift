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
    let groups = chunks[chunk].groups
    guard groups.isClosed(group) else {
      return Self.state(
        of: group, in: groups, orderOfUnit: Chunk.groupShift, isFirst: slot & 63 == 0)
    }
    guard !chunks[chunk].frames[group].isClosed(slot & 63) else { return .reserved }
    return Self.state(of: slot & 63, in: chunks[chunk].frames[group], orderOfUnit: 0, isFirst: true)
  }

  /// The state of a frame in a unit that is not closed.
  private static func state(
    of unit: Int, in word: BlockWord, orderOfUnit: Int, isFirst: Bool
  ) -> FrameState {
    if word.isFree(unit) { return .free }
    guard word.isHead(unit), isFirst else { return .inside }
    return .head(order: orderOfUnit + word.length(ofBlockAt: unit).trailingZeroBitCount)
  }
}
