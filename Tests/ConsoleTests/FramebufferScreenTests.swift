import Addressing
import Console
import SimulatedMemory
import Testing

@Suite struct FramebufferScreenTests {
  /// A picture of two cells by two, with four bytes of padding a line.
  let format = FramebufferScreen.Format(
    start: PhysicalAddress(0xfd00_0000), pitch: 12 * 4 + 4, width: 12, height: 18,
    bytesPerPixel: 4)

  /// The picture's pixels as text, a line a row.
  func drawing(in memory: SimulatedMemory) -> [String] {
    (0..<format.height).map { y in
      String(
        (0..<format.width).map { x in
          let place = format.start + y * format.pitch + x * 4
          return memory.window.load(UInt32.self, at: place) == .max ? "#" : "."
        })
    }
  }

  @Test func charactersAreDrawn() throws {
    let memory = SimulatedMemory(at: format.start.value, size: Int(format.memory.size))
    var screen = try #require(FramebufferScreen(format, through: memory.window))
    screen.write("T1")
    #expect(
      drawing(in: memory).prefix(8) == [
        "#####...#...",
        "..#....##...",
        "..#.....#...",
        "..#.....#...",
        "..#.....#...",
        "..#.....#...",
        "..#....###..",
        "............",
      ])
    // Nothing is drawn past a line's last pixel.
    #expect(memory.window.load(UInt32.self, at: format.start + 48) == 0xa5a5_a5a5)
  }

  @Test func theTextStartsAgainAtTheTop() throws {
    let memory = SimulatedMemory(at: format.start.value, size: Int(format.memory.size))
    var screen = try #require(FramebufferScreen(format, through: memory.window))
    screen.write("TT\nTT\n-")
    let picture = drawing(in: memory)
    #expect(picture[0] == "............")
    #expect(picture[3] == "#####.......")
    #expect(picture[9...].allSatisfy { $0 == "............" })
  }

  @Test func aPictureThatCanNotBeUsedIsRefused() {
    let memory = SimulatedMemory(at: format.start.value, size: Int(format.memory.size))
    var bad = format
    bad.bytesPerPixel = 1
    #expect(FramebufferScreen(bad, through: memory.window) == nil)
    bad = format
    bad.height = 19
    #expect(FramebufferScreen(bad, through: memory.window) == nil)
    bad = format
    bad.pitch = 47
    #expect(FramebufferScreen(bad, through: memory.window) == nil)
  }
}
