public import Addressing

/// A range of frames as the blocks of a buddy allocator: each the largest that its alignment
/// and the end of the range allow. Linux: `__free_pages_memory`.
@frozen
public struct BuddyBlockCursor: Sendable {
  private var frame: UInt64
  private let end: UInt64
  private let maximumOrder: Int

  /// Divides `frames` into blocks of at most 2^`maximumOrder` frames; Linux has order 10.
  public init(_ frames: Range<PageFrameNumber>, maximumOrder: Int = 10) {
    precondition((0..<64).contains(maximumOrder), "no such order")
    frame = frames.lowerBound.value
    end = frames.upperBound.value
    self.maximumOrder = maximumOrder
  }

  /// The next block upwards; `nil` after the last.
  public mutating func next() -> (frame: PageFrameNumber, order: Int)? {
    if frame == end { return nil }
    let alignment = frame.trailingZeroBitCount
    let room = 63 - (end &- frame).leadingZeroBitCount
    let order = min(maximumOrder, min(alignment, room))
    let first = PageFrameNumber(frame)
    frame &+= 1 &<< UInt64(order)
    return (first, order)
  }
}
