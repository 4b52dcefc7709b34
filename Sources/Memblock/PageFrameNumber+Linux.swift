import Addressing

extension PageFrameNumber {
  /// The first frame that starts at or above `address`, which for an address in the last frame
  /// of the address space is 0: Linux's `PFN_UP`, with its wrap.
  @inline(__always)
  init(wrappingUp address: UInt64) {
    self.init((address &+ (PageFrameNumber.size &- 1)) >> PageFrameNumber.shift)
  }
}
