/// Rounding to powers of two, for addresses, sizes and frame numbers alike.
extension UInt64 {
  /// The largest multiple of `alignment` that is not above this number.
  ///
  /// - Parameter alignment: A power of two.
  @inlinable
  public func alignedDown(to alignment: UInt64) -> UInt64 {
    assert(alignment.nonzeroBitCount == 1, "alignment must be a power of two")
    return self & ~(alignment &- 1)
  }

  /// The smallest multiple of `alignment` that is not below this number; traps past 2^64.
  ///
  /// - Parameter alignment: A power of two.
  @inlinable
  public func alignedUp(to alignment: UInt64) -> UInt64 {
    (self + (alignment &- 1)).alignedDown(to: alignment)
  }

  /// Whether this number is a multiple of `alignment`, a power of two.
  @inlinable
  public func isAligned(to alignment: UInt64) -> Bool {
    assert(alignment.nonzeroBitCount == 1, "alignment must be a power of two")
    return self & (alignment &- 1) == 0
  }
}
