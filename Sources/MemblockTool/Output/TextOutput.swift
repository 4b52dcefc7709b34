import Addressing
import Replay

/// Text that is put together and written at once.
struct TextOutput: TextSink {
  private(set) var bytes: [UInt8] = []

  mutating func write(_ byte: UInt8) { bytes.append(byte) }

  mutating func line(_ text: String = "") {
    write(text)
    write("\n")
  }

  /// The text so far.
  var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// Numbers as people read them.
enum Words {
  /// `0x0000000000001000-0x000000000009efff`, first and last byte, as Linux prints ranges.
  static func range(_ start: UInt64, _ last: UInt64) -> String { "\(hex(start))-\(hex(last))" }

  /// An address in 16 digits.
  static func hex(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return "0x" + String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  /// A size with its unit: `639 KiB`, `1.9 GiB`, `12 TiB`.
  static func size(_ bytes: UInt64) -> String { SizeText.of(bytes) }

  /// A number of things, in the singular or the plural.
  static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
    "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
  }

  /// The text with spaces before it up to that width.
  static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// The text with spaces behind it up to that width.
  static func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
