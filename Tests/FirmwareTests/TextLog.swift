import Addressing

/// A sink that keeps what was written, for a test to look at.
struct TextLog: TextSink {
  private var bytes: [UInt8] = []

  mutating func write(_ byte: UInt8) { bytes.append(byte) }

  /// All of it.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Its lines, without their ends.
  var lines: [String] { text.split(separator: "\n").map(String.init) }
}
