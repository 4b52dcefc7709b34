import Addressing
import Console
import SimulatedMemory
import Testing

@Suite struct TextScreenTests {
  /// Lines of as many cells as `width`, and a cell of padding behind each.
  private func screen(
    _ width: UInt32, _ height: UInt32, in buffer: SimulatedMemory
  ) throws -> TextScreen {
    let format = try #require(
      ScreenFormat(
        start: buffer.range.start, pitch: (width + 1) * 2, width: width, height: height,
        unitSize: 2))
    return try #require(TextScreen(format, through: buffer.window))
  }

  private func row(_ index: UInt64, of buffer: SimulatedMemory, width: UInt64) -> String {
    String(
      decoding: (0..<width).map {
        buffer.window.load(UInt8.self, at: buffer.range.start + (index * (width + 1) + $0) * 2)
      }, as: UTF8.self)
  }

  @Test func textScrollsAtTheEnd() throws {
    let buffer = SimulatedMemory(at: 0xb8000, size: 5 * 3 * 2)
    var screen = try screen(4, 3, in: buffer)
    screen.write("one\ntwo\nsixsix\nnew")
    #expect(row(0, of: buffer, width: 4) == "sixs")
    #expect(row(1, of: buffer, width: 4) == "ix  ")
    #expect(row(2, of: buffer, width: 4) == "new ")
  }

  @Test func aScreenOfOneRowScrollsToo() throws {
    let buffer = SimulatedMemory(at: 0xb8000, size: 5 * 2)
    var screen = try screen(4, 1, in: buffer)
    screen.write("one\ntwo")
    #expect(row(0, of: buffer, width: 4) == "two ")
  }

  @Test func controlCharactersMoveAndDrawNothing() throws {
    let buffer = SimulatedMemory(at: 0xb8000, size: 13 * 2 * 2)
    var screen = try screen(12, 2, in: buffer)
    screen.write("a\tb\tcd\rA\u{8}\u{8}B\u{7}")
    #expect(row(0, of: buffer, width: 12) == "a       b   ")
    #expect(row(1, of: buffer, width: 12) == "Bd          ")
  }

  @Test(
    arguments: [
      (0xb8000, 160, 0, 25, 2), (0xb8000, 160, 80, 0, 2), (0xb8000, 0, 2_000_000, 25, 2),
      (0xb8000, 159, 80, 25, 2), (0xb8000, 160, 80, 25, 1), (0xb8000, 160, 80, 25, 5),
      (.max - 4000, 160, 80, 25, 2), (0, 1 << 20, 80, 1025, 2),
    ] as [(UInt64, UInt32, UInt32, UInt32, UInt64)])
  func noScreenIsLikeThis(
    start: UInt64, pitch: UInt32, width: UInt32, height: UInt32, unitSize: UInt64
  ) {
    #expect(
      ScreenFormat(
        start: PhysicalAddress(start), pitch: pitch, width: width, height: height,
        unitSize: unitSize) == nil)
  }

  @Test func aScreenOutsideTheWindowIsRefused() throws {
    let buffer = SimulatedMemory(at: 0xb8000, size: 16)
    let format = try #require(
      ScreenFormat(start: buffer.range.start, pitch: 6, width: 3, height: 3, unitSize: 2))
    #expect(TextScreen(format, through: buffer.window) == nil)
    let pixels = try #require(
      ScreenFormat(start: buffer.range.start, pitch: 8, width: 2, height: 2, unitSize: 4))
    #expect(TextScreen(pixels, through: buffer.window) == nil)
  }
}
