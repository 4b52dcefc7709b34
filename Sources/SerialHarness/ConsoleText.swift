/// What a serial console shows, as lines.
///
/// Carriage returns and the escape sequences that firmware and boot loaders position their
/// text with are taken out.
struct ConsoleText: Sendable {
  /// The lines that are complete.
  private(set) var lines: [String] = []
  /// The bytes after the last line break.
  private var unfinished: [UInt8] = []

  /// The text after the last line break: a prompt, say.
  var lastLine: String { Self.clean(unfinished[...]) }

  mutating func append(_ bytes: [UInt8]) {
    unfinished += bytes
    while let end = unfinished.firstIndex(of: UInt8(ascii: "\n")) {
      lines.append(Self.clean(unfinished[..<end]))
      unfinished.removeSubrange(...end)
    }
  }

  /// Takes what is left as a line of its own.
  mutating func finish() {
    guard !unfinished.isEmpty else { return }
    append([UInt8(ascii: "\n")])
  }

  private static func clean(_ bytes: ArraySlice<UInt8>) -> String {
    var kept: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      switch byte {
      case 0x1b:
        // A control sequence (ECMA-48 5.4): ESC [ … up to a byte from @ to ~.
        guard rest.first == UInt8(ascii: "[") else { continue }
        rest = rest.dropFirst().drop { !(0x40...0x7e).contains($0) }.dropFirst()
      case UInt8(ascii: "\t"), 0x20...0x7e, 0x80...:
        kept.append(byte)
      default:
        continue
      }
    }
    return String(decoding: kept, as: UTF8.self)
  }
}
