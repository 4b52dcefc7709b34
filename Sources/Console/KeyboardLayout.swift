/// Which characters the keys of a keyboard with 102 keys have.
public enum KeyboardLayout: Sendable {
  /// The layout of the United States.
  case us
  /// The layout of Germany. Its dead keys give their accents at once.
  case german

  /// The layer of characters that the modifiers choose.
  enum Layer {
    case plain, shift, altGr
  }

  /// The character of ISO 8859-1 that a key has; `nil` for none.
  ///
  /// - Parameters:
  ///   - code: The key's number in scan-code set 1.
  ///   - layer: With which modifier it is pressed.
  func character(of code: UInt8, _ layer: Layer) -> UInt8? {
    if code == 0x39 { return UInt8(ascii: " ") }
    // The rows of the keyboard, and the key beside the left Shift key.
    let rows: InlineArray<5, (first: UInt8, keys: String)> =
      switch (self, layer) {
      case (.us, .plain):
        [
          (0x02, "1234567890-="), (0x10, "qwertyuiop[]"), (0x1e, "asdfghjkl;'`"),
          (0x2b, "\\zxcvbnm,./"), (0x56, "\\"),
        ]
      case (.us, .shift):
        [
          (0x02, "!@#$%^&*()_+"), (0x10, "QWERTYUIOP{}"), (0x1e, "ASDFGHJKL:\"~"),
          (0x2b, "|ZXCVBNM<>?"), (0x56, "|"),
        ]
      case (.us, .altGr):
        [(0, ""), (0, ""), (0, ""), (0, ""), (0, "")]
      case (.german, .plain):
        [
          (0x02, "1234567890ß´"), (0x10, "qwertzuiopü+"), (0x1e, "asdfghjklöä^"),
          (0x2b, "#yxcvbnm,.-"), (0x56, "<"),
        ]
      case (.german, .shift):
        [
          (0x02, "!\"§$%&/()=?`"), (0x10, "QWERTZUIOPÜ*"), (0x1e, "ASDFGHJKLÖÄ°"),
          (0x2b, "'YXCVBNM;:_"), (0x56, ">"),
        ]
      case (.german, .altGr):
        [(0x03, "²³"), (0x08, "{[]}\\"), (0x10, "@"), (0x1b, "~"), (0x56, "|")]
      }
    for index in rows.indices where code >= rows[index].first {
      if let found = Self.scalar(Int(code - rows[index].first), of: rows[index].keys) {
        return found
      }
    }
    return self == .german && layer == .altGr && code == 0x32 ? 0xb5 : nil
  }

  /// A text's character by its index, where all are of ISO 8859-1: one byte of UTF-8, or two.
  private static func scalar(_ wanted: Int, of text: String) -> UInt8? {
    let bytes = text.utf8Span.span
    var position = 0
    var index = 0
    while position < bytes.count {
      let isLong = bytes[position] >= 0xc0
      if index == wanted {
        return isLong ? bytes[position] << 6 | bytes[position + 1] & 0x3f : bytes[position]
      }
      position += isLong ? 2 : 1
      index += 1
    }
    return nil
  }
}
