/// Something that takes text a byte at a time: a serial port, a screen, a ring buffer, an
/// array in a test.
///
/// Text is written without a heap: literals and numbers go through the extensions below.
public protocol TextSink: ~Copyable {
  /// Takes one byte of UTF-8 text.
  mutating func write(_ byte: UInt8)
}

extension TextSink where Self: ~Copyable {
  /// Writes a string. A literal is none, unless it is said to be.
  @inlinable @inline(never)
  @_disfavoredOverload
  public mutating func write(_ text: String) {
    // Through the span: iterating over `utf8` pulls heap-allocating types into a module that
    // may not allocate, even for a literal.
    let bytes = text.utf8Span.span
    for index in bytes.indices { write(bytes[index]) }
  }

  /// Writes a literal, or one that is kept in a constant. It may have no zero byte in it.
  @inlinable @inline(__always)
  public mutating func write(_ text: StaticString) {
    // SAFETY: the literal's own bytes, behind which the compiler puts a zero.
    unsafe write(literalAt: text.utf8Start)
  }

  /// Writes the bytes of a literal up to the zero behind them. A call costs one argument: there are
  /// hundreds in a kernel.
  @inlinable @inline(never)
  mutating func write(literalAt start: UnsafePointer<UInt8>) {
    var next = unsafe start
    // SAFETY: nothing is read behind the zero.
    while unsafe next.pointee != 0 {
      unsafe write(next.pointee)
      unsafe next += 1
    }
  }

  /// Writes bytes that are text already, as those that came from the firmware.
  @inlinable
  public mutating func write(utf8 text: borrowing RawSpan) {
    for index in text.byteOffsets {
      write(text[byteAt: index])
    }
  }

  /// Writes a number in decimal, like `printf`'s `%*u`.
  ///
  /// - Parameters:
  ///   - number: The number.
  ///   - width: The least number of characters; spaces fill it from the left.
  @inlinable
  public mutating func write(decimal number: UInt64, width: Int = 0) {
    var digits = 1
    var power: UInt64 = 1
    while number / power >= 10 {
      power *= 10
      digits += 1
    }
    for _ in 0..<Swift.max(0, width - digits) { write(UInt8(ascii: " ")) }
    while power > 0 {
      write(UInt8(ascii: "0") + UInt8(number / power % 10))
      power /= 10
    }
  }

  /// Writes a number in decimal with its sign, like `printf`'s `%d`.
  @inlinable
  public mutating func write(signed number: Int32) {
    if number < 0 { write(UInt8(ascii: "-")) }
    write(decimal: UInt64(number.magnitude))
  }

  /// Writes a number in hexadecimal with its `0x`, like `printf`'s `0x%0*x`.
  ///
  /// - Parameters:
  ///   - number: The number.
  ///   - digits: The least number of digits; zeros fill it from the left.
  @inlinable @inline(never)
  public mutating func write(hex number: UInt64, digits: Int = 1) {
    write("0x")
    write(bareHex: number, digits: digits)
  }

  /// Writes a number in hexadecimal without `0x`, like `printf`'s `%0*x`.
  ///
  /// - Parameters:
  ///   - number: The number.
  ///   - digits: The least number of digits; zeros fill it from the left.
  @inlinable
  public mutating func write(bareHex number: UInt64, digits: Int = 1) {
    let needed = (64 - number.leadingZeroBitCount + 3) / 4
    var shift = Swift.max(digits, Swift.max(needed, 1)) * 4
    while shift > 0 {
      shift -= 4
      let nibble = shift < 64 ? UInt8(number >> UInt64(shift) & 0xf) : 0
      write(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
    }
  }

  /// Writes an address as Linux writes it in its memory listings: `0x%016x`.
  @inlinable
  public mutating func write(_ address: PhysicalAddress) {
    write(hex: address.value, digits: 16)
  }
}
