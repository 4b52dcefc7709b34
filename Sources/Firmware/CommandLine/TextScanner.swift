import Addressing

/// Reads the parts of an option's value from left to right.
struct TextScanner {
  /// Where the next character is.
  private(set) var position: Int
  /// Whether a number was there that doesn't fit into 64 bits.
  private(set) var hasOverflowed = false
  private let end: Int

  init(_ text: Range<Int>) {
    position = text.lowerBound
    end = text.upperBound
  }

  /// Whether everything has been read.
  var isAtEnd: Bool { position >= end }

  /// What has not been read yet.
  var rest: Range<Int> { position..<Swift.max(position, end) }

  /// The next character; zero at the end.
  func next(in bytes: RawSpan) -> UInt8 {
    position < end && position < bytes.byteCount ? bytes[byteAt: position] : 0
  }

  /// Steps over `character` if it is next.
  mutating func take(_ character: Unicode.Scalar, in bytes: RawSpan) -> Bool {
    guard next(in: bytes) == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// Reads a number: hexadecimal after `0x`, octal after `0`, or decimal. `nil`, and nothing
  /// read, where there is none; `nil` with ``hasOverflowed`` where it is too large.
  ///
  /// Linux: `simple_strtoull` with base 0, which keeps the low 64 bits of what is too large.
  mutating func number(in bytes: RawSpan) -> UInt64? {
    var radix: UInt64 = 10
    if next(in: bytes) == UInt8(ascii: "0") {
      radix = 8
      var ahead = self
      ahead.position += 1
      let isHexadecimal = ahead.next(in: bytes) | 0x20 == UInt8(ascii: "x")
      ahead.position += 1
      if isHexadecimal, digit(ahead.next(in: bytes), 16) != nil {
        radix = 16
        position += 2
      }
    }
    var value: UInt64 = 0
    var digits = 0
    while let digit = digit(next(in: bytes), radix) {
      let (product, overflowsProduct) = value.multipliedReportingOverflow(by: radix)
      let (sum, overflowsSum) = product.addingReportingOverflow(digit)
      hasOverflowed = hasOverflowed || overflowsProduct || overflowsSum
      value = sum
      digits += 1
      position += 1
    }
    return digits == 0 || hasOverflowed ? nil : value
  }

  /// Reads a number and the suffix that multiplies it: `K`, `M`, `G`, `T`, `P` or `E`, large or
  /// small.
  ///
  /// Linux: `memparse`.
  mutating func size(in bytes: RawSpan) -> UInt64? {
    guard let number = number(in: bytes) else { return nil }
    let shift: UInt64
    switch next(in: bytes) | 0x20 {
    case UInt8(ascii: "k"): shift = 10
    case UInt8(ascii: "m"): shift = 20
    case UInt8(ascii: "g"): shift = 30
    case UInt8(ascii: "t"): shift = 40
    case UInt8(ascii: "p"): shift = 50
    case UInt8(ascii: "e"): shift = 60
    default: return number
    }
    position += 1
    guard (number << shift) >> shift == number else {
      hasOverflowed = true
      return nil
    }
    return number << shift
  }

  private func digit(_ character: UInt8, _ radix: UInt64) -> UInt64? {
    let value: UInt8
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): value = character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): value = character - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): value = character - UInt8(ascii: "A") + 10
    default: return nil
    }
    return value < radix ? UInt64(value) : nil
  }
}

extension UInt8 {
  /// Whether the character separates options: what C's `isspace` says in ASCII.
  var isSpace: Bool { self == 0x20 || self >= 0x09 && self <= 0x0d }
}

extension RawSpan {
  /// Whether the bytes in `range` are those of `text`; `folding` is applied to both first.
  package func text(
    _ range: Range<Int>, equals text: String, folding: (UInt8) -> UInt8 = { $0 }
  ) -> Bool {
    let expected = text.utf8Span.span
    guard range.count == expected.count, range.upperBound <= byteCount else { return false }
    for index in expected.indices
    where folding(self[byteAt: range.lowerBound + index]) != folding(expected[index]) {
      return false
    }
    return true
  }

  /// Whether the bytes in `range` start with those of `text`.
  func text(_ range: Range<Int>, startsWith text: String) -> Bool {
    let length = text.utf8Span.count
    guard range.count >= length else { return false }
    return self.text(range.lowerBound..<range.lowerBound + length, equals: text)
  }
}
