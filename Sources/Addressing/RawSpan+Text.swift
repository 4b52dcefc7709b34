extension Span<UInt8> {
  /// The bytes as what is read by offset.
  public var raw: RawSpan {
    // SAFETY: bytes have no padding, so all of them are initialised.
    @_lifetime(copy self) get { unsafe bytes }
  }
}

/// Comparing bytes that came from outside with names.
extension RawSpan {
  /// Whether the bytes are those of `text`. O(n).
  ///
  /// - Parameters:
  ///   - text: What to compare with.
  ///   - folding: Applied to each byte of both first.
  public func isEqual(to text: String, folding: (UInt8) -> UInt8 = { $0 }) -> Bool {
    let expected = text.utf8Span.span
    guard byteCount == expected.count else { return false }
    for index in byteOffsets where folding(self[byteAt: index]) != folding(expected[index]) {
      return false
    }
    return true
  }

  /// Whether the bytes start with those of `text`. O(n).
  public func starts(with text: String) -> Bool {
    let length = text.utf8Span.count
    return byteCount >= length && extracting(0..<length).isEqual(to: text)
  }
}
