import Addressing

/// Page poisoning: free frames hold a pattern, so that a write through a stale pointer shows.
enum Poison {
  /// The pattern, in every byte: Linux's `PAGE_POISON`.
  static var byte: UInt8 { 0xaa }

  /// Fills frames with the pattern. O(n) in bytes.
  static func fill(_ frame: UInt64, count: UInt64, through window: PhysicalMemoryWindow) {
    window.fill(
      AddressRange(
        at: PageFrameNumber(frame).start, size: count << PageFrameNumber.shift),
      with: byte)
  }

  /// The first of `count` frames in which the pattern was changed; `nil` where it stands.
  static func firstChanged(
    from frame: UInt64, count: UInt64, through window: PhysicalMemoryWindow
  ) -> UInt64? {
    let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
    for frame in frame..<frame + count {
      let start = PageFrameNumber(frame).start
      for offset in stride(from: 0, to: PageFrameNumber.size, by: 8)
      where window.load(UInt64.self, at: start + offset) != pattern {
        return frame
      }
    }
    return nil
  }
}
