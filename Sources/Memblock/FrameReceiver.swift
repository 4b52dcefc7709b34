public import Addressing

/// Who takes over the memory at the end of early boot: a page allocator.
///
/// Ranges are handed over, not blocks or frames, so that the hand-off costs by the range.
public protocol FrameReceiver: ~Copyable {
  /// Takes down that the frames of `range`, in bytes, are taken. Ranges may begin and end inside
  /// of frames and share frames with others.
  mutating func reserve(_ range: AddressRange, node: NodeID)

  /// Takes over free whole frames.
  mutating func release(_ frames: Range<PageFrameNumber>)
}
