/// Makes Multiboot2 boot information, well-formed unless a test asks for something else.
struct Multiboot2Builder {
  private(set) var bytes: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0]

  static func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    (0..<MemoryLayout<T>.size).map { UInt8(truncatingIfNeeded: value >> T(8 * $0)) }
  }

  /// Appends a tag with that body; `size` overrides the stated size.
  mutating func tag(_ type: UInt32, _ body: [UInt8], size: UInt32? = nil) {
    bytes += Self.little(type) + Self.little(size ?? UInt32(8 + body.count)) + body
    while bytes.count % 8 != 0 { bytes.append(0) }
  }

  mutating func string(_ type: UInt32, _ text: String) {
    tag(type, Array(text.utf8) + [0])
  }

  mutating func module(_ start: UInt32, _ end: UInt32, _ text: String) {
    tag(3, Self.little(start) + Self.little(end) + Array(text.utf8) + [0])
  }

  mutating func memoryMap(_ entries: [(UInt64, UInt64, UInt32)], entrySize: Int = 24) {
    var body = Self.little(UInt32(entrySize)) + Self.little(UInt32(0))
    for (start, size, type) in entries {
      body += Self.little(start) + Self.little(size) + Self.little(type)
      body += Array(repeating: 0, count: entrySize - 20)
    }
    tag(6, body)
  }

  /// The information with its end tag and its total size.
  func finished(endTag: Bool = true) -> [UInt8] {
    var builder = self
    if endTag { builder.tag(0, []) }
    builder.bytes.replaceSubrange(0..<4, with: Self.little(UInt32(builder.bytes.count)))
    return builder.bytes
  }
}
