#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A picture of a machine's screen.
public struct Screenshot: Sendable {
  /// How many pixels a row has.
  public let width: Int
  /// How many rows there are.
  public let height: Int
  /// Red, green and blue, a byte each.
  private let samples: ArraySlice<UInt8>

  /// Reads a binary PPM file with a byte a sample, as QEMU's `screendump` writes it; `nil` where it is
  /// none.
  public init?(ppm bytes: [UInt8]) {
    var position = 0
    func word() -> String {
      let start = position
      while position < bytes.count, bytes[position] > 0x20 { position += 1 }
      defer { position += 1 }
      return String(decoding: bytes[start..<position], as: UTF8.self)
    }
    guard word() == "P6", let width = Int(word()), let height = Int(word()), word() == "255",
      (1...1 << 16).contains(width), (1...1 << 16).contains(height),
      bytes.count - position == width * height * 3
    else { return nil }
    self.width = width
    self.height = height
    samples = bytes[position...]
  }

  /// A pixel's red, green and blue, in one number: `0xrrggbb`.
  public func color(x: Int, y: Int) -> Int {
    let index = samples.startIndex + (y * width + x) * 3
    return Int(samples[index]) << 16 | Int(samples[index + 1]) << 8 | Int(samples[index + 2])
  }

  /// How many pixels of two pictures differ; all of them where the sizes do. O(n) in pixels.
  ///
  /// - Parameters:
  ///   - other: The picture to compare with.
  ///   - tolerance: How far red, green or blue may be apart, of 255, before a pixel counts.
  public func differences(from other: Screenshot, tolerance: Int = 0) -> Int {
    guard width == other.width, height == other.height else {
      return max(width * height, other.width * other.height)
    }
    let pairs = zip(samples, other.samples).lazy.map { abs(Int($0) - Int($1)) > tolerance }
    var count = 0
    var isDifferent = false
    for (index, differs) in pairs.enumerated() {
      isDifferent = isDifferent || differs
      if index % 3 == 2 {
        count += isDifferent ? 1 : 0
        isDifferent = false
      }
    }
    return count
  }
}

extension Session {
  /// The screen once nothing changes on it for a fifth of a second: QEMU's picture of it may be a little
  /// behind. After four seconds it is taken as it is.
  ///
  /// - Parameter png: Where to save it as a PNG file too; nowhere where this is `nil`.
  /// - Throws: ``HarnessError`` where QEMU refuses, or the file can't be read.
  public func screenshot(savingPNG png: String? = nil) async throws -> Screenshot {
    let file = TemporaryFolder.path.appending("\(TemporaryFolder.uniqueName()).ppm")
    defer { TemporaryFolder.remove(file) }
    var before: [UInt8] = []
    for _ in 0..<20 {
      try await qmp("screendump", ["filename": .string(file.string)])
      let now = [UInt8](FileManager.default.contents(atPath: file.string) ?? Data())
      if now == before { break }
      before = now
      try await Task.sleep(for: .milliseconds(200))
    }
    guard let picture = Screenshot(ppm: before) else {
      throw HarnessError.file(path: file.string, reason: "no binary PPM file with a byte a sample")
    }
    if let png {
      try await qmp("screendump", ["filename": .string(png), "format": "png"])
    }
    return picture
  }
}
