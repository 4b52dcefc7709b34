import Addressing

/// What a boot prints, in lines.
struct ReplayLog: TextSink {
  private(set) var lines: [String] = []
  private var pending: [UInt8] = []

  mutating func write(_ byte: UInt8) {
    guard byte == UInt8(ascii: "\n") else { return pending.append(byte) }
    lines.append(String(decoding: pending, as: UTF8.self))
    pending.removeAll(keepingCapacity: true)
  }

  /// Gives away the lines so far.
  mutating func take() -> [String] {
    if !pending.isEmpty { write(UInt8(ascii: "\n")) }
    defer { lines.removeAll() }
    return lines
  }
}
