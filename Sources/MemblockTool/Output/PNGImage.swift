/// A picture of pixels that each have one of at most 256 colours, and its PNG file.
///
/// (PNG, third edition, sections 5 and 11; RFC 1950 and RFC 1951 for what is in its data.)
struct PNGImage {
  let width: Int
  let height: Int
  /// The colours, each 0xRRGGBB.
  let colors: [UInt32]
  /// The number of each pixel's colour, line by line from the top.
  var pixels: [UInt8]

  init(width: Int, height: Int, colors: [UInt32]) {
    self.width = width
    self.height = height
    self.colors = colors
    pixels = [UInt8](repeating: 0, count: width * height)
  }

  /// Sets a pixel; outside of the picture nothing happens.
  mutating func set(_ x: Int, _ y: Int, _ color: UInt8) {
    guard x >= 0, x < width, y >= 0, y < height else { return }
    pixels[y * width + x] = color
  }

  /// The file.
  var file: [UInt8] {
    var file: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    file += Self.chunk(
      "IHDR", Self.big(UInt32(width)) + Self.big(UInt32(height)) + [8, 3, 0, 0, 0])
    file += Self.chunk("PLTE", colors.flatMap { Self.big($0).dropFirst() })
    file += Self.chunk("IDAT", compressed)
    return file + Self.chunk("IEND", [])
  }

  /// Each line as its difference from the one above, which is mostly zeros.
  private var filtered: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity((width + 1) * height)
    for y in 0..<height {
      bytes.append(y == 0 ? 0 : 2)
      for x in 0..<width {
        let above = y == 0 ? 0 : pixels[(y - 1) * width + x]
        bytes.append(pixels[y * width + x] &- above)
      }
    }
    return bytes
  }

  /// Runs of equal bytes in the fixed code of deflate; all other bytes as they are.
  private var compressed: [UInt8] {
    let bytes = filtered
    var output = BitWriter()
    output.bytes = [0x78, 0x01]
    output.put(1, bits: 1)
    output.put(1, bits: 2)
    var index = 0
    while index < bytes.count {
      output.putLiteral(bytes[index])
      var run = 0
      while index + 1 + run < bytes.count, bytes[index + 1 + run] == bytes[index], run < 258 {
        run += 1
      }
      if run >= 3 {
        output.putRepeat(run)
        index += 1 + run
      } else {
        index += 1
      }
    }
    // The end of the block.
    output.put(0, bits: 7)
    output.finish()
    return output.bytes + Self.big(Self.adler(bytes))
  }

  private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + data
    return big(UInt32(data.count)) + body + big(crc(body))
  }

  private static func big(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xedb8_8320 }
    }
    return ~crc
  }

  private static func adler(_ bytes: [UInt8]) -> UInt32 {
    var (low, high) = (UInt32(1), UInt32(0))
    for byte in bytes {
      low = (low + UInt32(byte)) % 65521
      high = (high + low) % 65521
    }
    return high << 16 | low
  }
}

/// Bits in deflate's order: the first in the lowest bit of a byte.
private struct BitWriter {
  var bytes: [UInt8] = []
  private var pending: UInt32 = 0
  private var count = 0

  mutating func put(_ value: Int, bits: Int) {
    pending |= UInt32(value) << UInt32(count)
    count += bits
    while count >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      count -= 8
    }
  }

  mutating func finish() {
    if count > 0 { put(0, bits: 8 - count) }
  }

  /// A code of the fixed table: its first bit is the highest (RFC 1951, section 3.2.6).
  private mutating func putCode(_ code: Int, bits: Int) {
    for bit in (0..<bits).reversed() { put(code >> bit & 1, bits: 1) }
  }

  mutating func putLiteral(_ byte: UInt8) {
    if byte < 144 {
      putCode(0x30 + Int(byte), bits: 8)
    } else {
      putCode(0x100 + Int(byte), bits: 9)
    }
  }

  /// The byte before again, `length` times, 3 to 258 (RFC 1951, section 3.2.5).
  mutating func putRepeat(_ length: Int) {
    var symbol = 285
    var extra = 0
    if length <= 10 {
      symbol = 254 + length
    } else if length < 258 {
      // Four lengths classes for each number of extra bits.
      extra = 1
      while length - 3 >= 8 << extra { extra += 1 }
      symbol = 257 + 4 * extra + (length - 3) >> extra
    }
    if symbol < 280 {
      putCode(symbol - 256, bits: 7)
    } else {
      putCode(0xc0 + symbol - 280, bits: 8)
    }
    if extra > 0 { put((length - 3) & (1 << extra - 1), bits: extra) }
    // The distance 1.
    putCode(0, bits: 5)
  }
}
