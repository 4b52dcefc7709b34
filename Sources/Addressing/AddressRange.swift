/// A run of physical memory: from `start`, up to and not including `end`.
///
/// The range may be empty. It can't be upside down, and it can't hold the last byte of the
/// 64-bit address space, because its end could not be written then; Linux has the same rule.
@frozen
public struct AddressRange: Hashable, Sendable, BitwiseCopyable {
  /// The address of the first byte.
  public let start: PhysicalAddress

  /// The address just past the last byte.
  public let end: PhysicalAddress

  /// The range from `start` up to and not including `end`; traps where `end` is below.
  @inlinable
  public init(from start: PhysicalAddress, to end: PhysicalAddress) {
    precondition(start <= end, "a range must not end below its start")
    self.start = start
    self.end = end
  }

  /// The range of `size` bytes at `start`, cut at 2^64 − 1 where it would pass it.
  ///
  /// Linux cuts the same way (`memblock_cap_size`).
  @inlinable
  public init(at start: PhysicalAddress, size: UInt64) {
    self.start = start
    end = PhysicalAddress(start.value + Swift.min(size, .max - start.value))
  }

  /// The length in bytes.
  @inlinable public var size: UInt64 { end.value &- start.value }

  /// Whether the range has no bytes.
  @inlinable public var isEmpty: Bool { start == end }

  /// Whether the byte at `address` is in the range.
  @inlinable
  public func contains(_ address: PhysicalAddress) -> Bool {
    start <= address && address < end
  }

  /// Whether every byte of `other` is in the range. An empty range has no bytes to miss.
  @inlinable
  public func contains(_ other: AddressRange) -> Bool {
    other.isEmpty || (start <= other.start && other.end <= end)
  }

  /// Whether the two ranges share a byte.
  @inlinable
  public func overlaps(_ other: AddressRange) -> Bool {
    Swift.max(start, other.start) < Swift.min(end, other.end)
  }

  /// The bytes that both ranges have; `nil` where they share none.
  @inlinable
  public func intersection(_ other: AddressRange) -> AddressRange? {
    let from = Swift.max(start, other.start)
    let to = Swift.min(end, other.end)
    return from < to ? AddressRange(from: from, to: to) : nil
  }

  /// The whole frames in the range, as the first frame and the one past the last; `nil` where
  /// there is no whole frame.
  @inlinable public var wholeFrames: Range<PageFrameNumber>? {
    let first = PageFrameNumber(startingAtOrAbove: start)
    let last = PageFrameNumber(containing: end)
    return first < last ? first..<last : nil
  }
}
