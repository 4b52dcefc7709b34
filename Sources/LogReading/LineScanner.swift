/// Reads a line from left to right. What does not match leaves the place as it was.
struct LineScanner: ~Escapable {
  let bytes: Span<UInt8>
  var position: Int

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  var isAtEnd: Bool { position >= bytes.count }

  /// The byte at the place, 0 at the end.
  var next: UInt8 { position < bytes.count ? bytes[position] : 0 }

  /// Whether the text stands here.
  func sees(_ text: StaticString) -> Bool {
    // SAFETY: the literal's own bytes, which last as long as the program.
    let count = text.utf8CodeUnitCount
    guard bytes.count - position >= count else { return false }
    for index in 0..<count {
      guard unsafe bytes[position + index] == text.utf8Start[index] else { return false }
    }
    return true
  }

  /// Goes past the text if it stands here.
  mutating func skip(_ text: StaticString) -> Bool {
    guard sees(text) else { return false }
    position += text.utf8CodeUnitCount
    return true
  }

  /// The same, where capital and small letters count as equal; `text` is in small letters.
  mutating func skipWord(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard bytes.count - position >= count else { return false }
    for index in 0..<count {
      let byte = bytes[position + index]
      let small = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
      // SAFETY: the literal's own bytes.
      guard unsafe small == text.utf8Start[index] else { return false }
    }
    position += count
    return true
  }

  mutating func skipSpaces() {
    while next == 0x20 || next == 9 { position += 1 }
  }

  /// Goes past the next place at which the text stands; stays where it does not.
  mutating func skipPast(_ text: StaticString, within limit: Int = .max) -> Bool {
    let start = position
    while position < bytes.count, position - start < limit {
      if skip(text) { return true }
      position += 1
    }
    position = start
    return false
  }

  /// Reads a decimal number of at most 64 bits.
  mutating func decimal() -> UInt64? {
    let start = position
    var value: UInt64 = 0
    while case let digit = next &- 0x30, digit < 10 {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
      guard !overflow, !carry else {
        position = start
        return nil
      }
      value = sum
      position += 1
    }
    return position > start ? value : nil
  }

  /// Reads a hexadecimal number of at most 64 bits, with `0x` before it or without.
  mutating func hex() -> UInt64? {
    let start = position
    if next == 0x30, position + 1 < bytes.count, bytes[position + 1] | 0x20 == 0x78 {
      position += 2
    }
    let digits = position
    var value: UInt64 = 0
    while let digit = Self.hexDigit(next) {
      guard value >> 60 == 0 else {
        position = start
        return nil
      }
      value = value << 4 | UInt64(digit)
      position += 1
    }
    guard position > digits else {
      position = start
      return nil
    }
    return value
  }

  /// Reads a hexadecimal number that has `0x` before it.
  mutating func prefixedHex() -> UInt64? { sees("0x") ? hex() : nil }

  /// Reads a decimal or a hexadecimal number, as C writes them.
  mutating func number() -> UInt64? { sees("0x") ? hex() : decimal() }

  /// Reads `0xFIRST-0xLAST`.
  mutating func hexRange() -> ClosedBytes? {
    let start = position
    if let first = prefixedHex(), skip("-"), let last = prefixedHex() {
      return ClosedBytes(first: first, last: last)
    }
    position = start
    return nil
  }

  /// Reads `[mem 0xFIRST-0xLAST]`.
  mutating func bracketedRange() -> ClosedBytes? {
    let start = position
    if skip("[mem "), let range = hexRange(), skip("]") { return range }
    position = start
    return nil
  }

  static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x61...0x66: byte - 0x57
    case 0x41...0x46: byte - 0x37
    default: nil
    }
  }
}

/// A range as logs print it: its first and its last byte.
struct ClosedBytes {
  var first: UInt64
  var last: UInt64

  /// Whether it is upside down. A range of no bytes ends one below its start.
  var isReversed: Bool { last &+ 1 < first && last != .max }
}
