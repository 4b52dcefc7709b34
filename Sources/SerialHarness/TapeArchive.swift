/// A tar archive in the ustar format (POSIX.1-1988), which GRUB reads as a disk.
struct TapeArchive {
  /// The archive's bytes, without its end.
  private var content: [UInt8] = []

  private static let blockSize = 512

  /// Adds a file. The path has at most 100 bytes.
  mutating func append(path: String, _ file: [UInt8]) {
    precondition(path.utf8.count <= 100, "a path in a ustar header has at most 100 bytes")
    var header = [UInt8](repeating: 0, count: Self.blockSize)
    func put(_ text: String, at offset: Int) {
      header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
    }
    put(path, at: 0)
    put("0000644\0", at: 100)
    put("0000000\0", at: 108)
    put("0000000\0", at: 116)
    put(Self.octal(file.count, digits: 11) + "\0", at: 124)
    put("00000000000\0", at: 136)
    put("        ", at: 148)  // the check sum counts itself as spaces
    put("0", at: 156)
    put("ustar\u{0}00", at: 257)
    let sum = header.reduce(0) { $0 + Int($1) }
    put(Self.octal(sum, digits: 6) + "\0 ", at: 148)

    content += header
    content += file
    content += padding(to: Self.blockSize)
  }

  /// The whole archive, a multiple of 10 KiB long as tar writes it.
  var bytes: [UInt8] {
    let end = content + [UInt8](repeating: 0, count: 2 * Self.blockSize)
    let record = 20 * Self.blockSize
    return end + [UInt8](repeating: 0, count: (record - end.count % record) % record)
  }

  private func padding(to size: Int) -> [UInt8] {
    [UInt8](repeating: 0, count: (size - content.count % size) % size)
  }

  private static func octal(_ value: Int, digits: Int) -> String {
    let text = String(value, radix: 8)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
