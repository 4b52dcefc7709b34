import Addressing

/// Reads the parts of an option's value from left to right.
struct TextScanner: ~Escapable {
  private let text: RawSpan
  /// Where the next character is.
  private(set) var position = 0
  /// Whether a number was there that doesn't fit into 64 bits.
  private(set) var hasOverflowed = false

  @_lifetime(copy text)
  init(_ text: RawSpan) {
    self.text = text
  }

  /// Whether everything has been read.
  var isAtEnd: Bool { position >= text.byteCount }

  /// What has not been read yet.
  var rest: RawSpan {
    @_lifetime(copy self)
    get { text.extracting(droppingFirst: position) }
  }

  /// The next character; zero at the end.
  var next: UInt8 { character(at: position) }

  private func character(at index: Int) -> UInt8 {
    index < text.byteCount ? text[byteAt: index] : 0
  }

  /// Steps over `character` if it is next.
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// Reads a number: hexadecimal after `0x`, octal after `0`, or decimal. `nil`, and nothing
  /// read, where there is none; `nil` with ``hasOverflowed`` where it is too large.
  ///
  /// Linux: `simple_strtoull` with base 0, which keeps the low 64 bits of what is too large.
  mutating func number() -> UInt64? {
    var radix: UInt64 = 10
    if next == UInt8(ascii: "0") {
      radix = 8
      let isHexadecimal = character(at: position + 1) | 0x20 == UInt8(ascii: "x")
      if isHexadecimal, digit(character(at: position + 2), 16) != nil {
        radix = 16
        position += 2
      }
    }
    var value: UInt64 = 0
    var digits = 0
    while let digit = digit(next, radix) {
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
  mutating func size() -> UInt64? {
    guard let number = number() else { return nil }
    let shift: UInt64
    switch next | 0x20 {
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
