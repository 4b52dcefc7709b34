extension TextSink where Self: ~Copyable {
  /// Writes a range of memory as Linux does, with its first and its last address:
  /// `[mem 0x0000000000100000-0x000000003fffffff]`.
  ///
  /// - Parameters:
  ///   - range: The bytes; a range without bytes has a last address below its first.
  ///   - digits: The least number of hexadecimal digits of an address.
  @inlinable
  public mutating func write(memory range: AddressRange, digits: Int = 16) {
    write(memoryFrom: range.start.value, to: range.end.value, digits: digits)
  }

  /// The same for bounds that were not checked: the end may lie below the start.
  @inlinable
  public mutating func write(memoryFrom start: UInt64, to end: UInt64, digits: Int = 16) {
    write("[mem ")
    write(hex: start, digits: digits)
    write("-")
    write(hex: end &- 1, digits: digits)
    write("]")
  }

  /// Writes the first and the last address, as Linux does without `mem`: `[0x…-0x…]`.
  @inlinable
  public mutating func write(inclusive range: AddressRange) {
    write("[")
    write(range.start)
    write("-")
    write(PhysicalAddress(range.end.value &- 1))
    write("]")
  }

  /// Writes text that came from outside: what is not a printable ASCII character is a `?`, because
  /// the log is a terminal's, and nothing there may move its cursor.
  public mutating func write(printable text: borrowing RawSpan) {
    for index in text.byteOffsets { write(printable: text[byteAt: index]) }
  }

  /// Writes a character that came from outside, or a `?` where it is not printable ASCII.
  public mutating func write(printable character: UInt8) {
    write(character >= 0x20 && character < 0x7f ? character : UInt8(ascii: "?"))
  }

  /// Writes characters that stand in a number, the first in its lowest byte. They end at a zero,
  /// and spaces fill the rest, like `printf`'s `%-4.4s`; what can't be printed is a `?`.
  public mutating func write(characters: UInt64, count: Int) {
    var hasEnded = false
    for index in 0..<count {
      let character = UInt8(truncatingIfNeeded: characters >> UInt64(8 * index))
      hasEnded = hasEnded || character == 0
      write(printable: hasEnded ? UInt8(ascii: " ") : character)
    }
  }
}
