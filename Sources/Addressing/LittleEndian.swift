/// Reading numbers from bytes that came from outside.
///
/// Everything the firmware and the boot loader leave in memory is little-endian and not
/// always aligned. These reads are checked against the span's bounds and need neither
/// alignment nor `unsafe` where they are used.
extension RawSpan {
  /// The integer whose little-endian bytes start at `offset`; `nil` where they pass the end.
  @inlinable
  public func littleEndian<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type = T.self, at offset: Int
  ) -> T? {
    guard offset >= 0, offset <= byteCount, byteCount - offset >= MemoryLayout<T>.size else {
      return nil
    }
    // SAFETY: in bounds by the guard; every bit pattern is an integer.
    return unsafe T(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: T.self))
  }

  /// The byte at `offset`; traps outside the span.
  @inlinable
  public subscript(byteAt offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < byteCount, "byte outside the span")
    // SAFETY: in bounds by the precondition.
    return unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }
}
