import Foundation
import SerialHarness
import Testing

/// A picture of the machine's screen, a binary PPM file as QEMU's `screendump` writes it.
struct Screenshot {
  let width: Int
  let height: Int
  /// Three bytes a pixel.
  private let pixels: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) throws {
    var position = 0
    func word() -> String {
      let start = position
      while position < bytes.count, bytes[position] > 0x20 { position += 1 }
      defer { position += 1 }
      return String(decoding: bytes[start..<position], as: UTF8.self)
    }
    try #require(word() == "P6")
    width = try #require(Int(word()))
    height = try #require(Int(word()))
    try #require(word() == "255")
    pixels = bytes[position...]
    try #require(pixels.count == width * height * 3)
  }

  var rows: Int { height / 16 }
  var columns: Int { width / 8 }

  /// A pixel's red, green and blue, in one number.
  func color(x: Int, y: Int) -> Int {
    let index = pixels.startIndex + (y * width + x) * 3
    return Int(pixels[index]) << 16 | Int(pixels[index + 1]) << 8 | Int(pixels[index + 2])
  }

  /// The pixels of a character's cell: 16 bytes, the leftmost pixel in the highest bit.
  func cell(column: Int, row: Int) -> [UInt8] {
    (0..<16).map { line in
      (0..<8).reduce(0) { bits, pixel in
        let index = ((row * 16 + line) * width + column * 8 + pixel) * 3
        return bits << 1 | (pixels[pixels.startIndex + index] != 0 ? 1 : 0)
      }
    }
  }

  func isBlank(column: Int, row: Int) -> Bool {
    cell(column: column, row: row).allSatisfy { $0 == 0 }
  }

  func isBlank(row: Int) -> Bool {
    (0..<columns).allSatisfy { isBlank(column: $0, row: row) }
  }

  /// The last row with a character; -1 where there is none.
  var lastRow: Int { (0..<rows).last { !isBlank(row: $0) } ?? -1 }
}

extension Session {
  /// The screen once nothing changes on it: QEMU's picture of it may be a little behind.
  func screenshot() async throws -> Screenshot {
    let file = FileManager.default.temporaryDirectory.appending(
      path: "screen-\(UUID().uuidString).ppm")
    defer { try? FileManager.default.removeItem(at: file) }
    var before: [UInt8] = []
    for _ in 0..<20 {
      try await qmp("screendump", ["filename": .string(file.path)])
      let now = Array(try Data(contentsOf: file))
      if now == before { break }
      before = now
      try await Task.sleep(for: .milliseconds(200))
    }
    return try Screenshot(before)
  }
}
