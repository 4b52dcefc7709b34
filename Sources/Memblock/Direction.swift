/// The way in which ranges are visited.
@frozen
public enum Direction: Sendable {
  /// From the lowest address to the highest.
  case upwards

  /// From the highest address to the lowest.
  case downwards
}

/// A direction that the compiler knows, so that what is written once for both is compiled to
/// what would be written for each. "Before" and "past" are meant in the direction.
@usableFromInline
protocol Way {
  static var isUpwards: Bool { get }
}

@usableFromInline
enum Upwards: Way {
  @inlinable static var isUpwards: Bool { true }
}

@usableFromInline
enum Downwards: Way {
  @inlinable static var isUpwards: Bool { false }
}

extension Way {
  /// From one index to the next.
  @inlinable @inline(__always) static var step: Int { isUpwards ? 1 : -1 }

  /// The index that comes first.
  @inline(__always)
  static func first(of run: ClosedRange<Int>) -> Int { isUpwards ? run.lowerBound : run.upperBound }

  /// The index that comes last.
  @inline(__always)
  static func last(of run: ClosedRange<Int>) -> Int { isUpwards ? run.upperBound : run.lowerBound }

  /// The byte of an extent that comes first.
  @inline(__always)
  static func firstByte(of extent: Extent) -> UInt64 { isUpwards ? extent.base : extent.end &- 1 }

  /// Whether an extent begins where another one has ended, or past that.
  @inlinable @inline(__always)
  static func isPast(_ extent: Extent, _ other: Extent) -> Bool {
    isUpwards ? extent.base >= other.end : extent.end <= other.base
  }

  /// Whether an extent ends where another one ends, or past that.
  @inlinable @inline(__always)
  static func endsPast(_ extent: Extent, _ other: Extent) -> Bool {
    isUpwards ? extent.end >= other.end : extent.base <= other.base
  }

  /// What is left of `extent` from where `other` begins.
  @inlinable @inline(__always)
  static func part(of extent: Extent, from other: Extent) -> Extent {
    isUpwards
      ? Extent(base: max(extent.base, other.base), end: extent.end)
      : Extent(base: extent.base, end: min(extent.end, other.end))
  }
}
