public import Addressing

/// Bytes of memory as text: sixteen a line, in hexadecimal and as ASCII, as `hexdump -C` prints
/// them.
public enum HexDump {
  /// Writes a line for each sixteen bytes. What is not printable ASCII is a point.
  ///
  /// - Parameters:
  ///   - count: How many bytes; the last line may be shorter.
  ///   - address: The number that the first line begins with.
  ///   - sink: Where to write.
  ///   - byte: The byte at a distance from the first.
  public static func write(
    _ count: UInt64, at address: UInt64, to sink: inout some TextSink & ~Copyable,
    byte: (UInt64) -> UInt8
  ) {
    for start in stride(from: 0, to: count, by: 16) {
      sink.write(hex: address &+ start, digits: 16)
      for offset in start..<start + 16 {
        sink.write(offset % 8 == 0 ? "  " : " ")
        if offset < count { writeDigits(of: byte(offset), to: &sink) } else { sink.write("  ") }
      }
      sink.write("  |")
      for offset in start..<Swift.min(start + 16, count) {
        let byte = byte(offset)
        sink.write((0x20..<0x7f).contains(byte) ? byte : UInt8(ascii: "."))
      }
      sink.write("|\n")
    }
  }

  private static func writeDigits(of byte: UInt8, to sink: inout some TextSink & ~Copyable) {
    let nibbles: InlineArray = [byte >> 4, byte & 15]
    for index in nibbles.indices {
      let nibble = nibbles[index]
      sink.write(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
    }
  }
}
