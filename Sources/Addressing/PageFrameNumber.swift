/// The number of a 4 KiB frame of physical memory: frame 1 starts at address 0x1000.
@frozen
public struct PageFrameNumber: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The number of frames below this one.
  public var value: UInt64

  /// Makes the frame number that has `value` frames below it.
  @inlinable
  public init(_ value: UInt64) {
    self.value = value
  }

  /// The base-2 logarithm of a frame's size: Linux's `PAGE_SHIFT`.
  @inlinable public static var shift: UInt64 { 12 }

  /// The bytes in a frame: Linux's `PAGE_SIZE`.
  @inlinable public static var size: UInt64 { 1 << shift }

  /// The frame that `address` lies in: Linux's `PFN_DOWN`.
  @inlinable
  public init(containing address: PhysicalAddress) {
    value = address.value >> Self.shift
  }

  /// The first frame that starts at or above `address`: Linux's `PFN_UP`, without its wrap.
  @inlinable
  public init(startingAtOrAbove address: PhysicalAddress) {
    value = address.value >> Self.shift + (address.isAligned(to: Self.size) ? 0 : 1)
  }

  /// The physical address of the frame's first byte: Linux's `PFN_PHYS`.
  ///
  /// Traps for a frame beyond the 64-bit address space.
  @inlinable public var start: PhysicalAddress {
    precondition(value <= UInt64.max >> Self.shift, "frame beyond the address space")
    return PhysicalAddress(value << Self.shift)
  }

  /// Whether `left` lies below `right`.
  @inlinable
  public static func < (left: PageFrameNumber, right: PageFrameNumber) -> Bool {
    left.value < right.value
  }

  /// The frame `count` frames above `frame`.
  @inlinable
  public static func + (frame: PageFrameNumber, count: UInt64) -> PageFrameNumber {
    PageFrameNumber(frame.value + count)
  }

  /// The frame `count` frames below `frame`; traps below 0.
  @inlinable
  public static func - (frame: PageFrameNumber, count: UInt64) -> PageFrameNumber {
    PageFrameNumber(frame.value - count)
  }

  /// The number of frames from `low` up to `high`; traps where `high` is the lower one.
  @inlinable
  public static func - (high: PageFrameNumber, low: PageFrameNumber) -> UInt64 {
    high.value - low.value
  }
}
