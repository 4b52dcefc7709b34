import Addressing
import Console
import SimulatedMemory
import Testing

@Suite struct FramebufferScreenTests {
  /// Two characters by three, with four bytes of padding a line; the characters' own memory is
  /// behind the picture.
  private func picture(unitSize: UInt64) throws -> (format: ScreenFormat, memory: SimulatedMemory) {
    let format = try #require(
      ScreenFormat(
        start: PhysicalAddress(0xfd00_0000), pitch: UInt32(17 * unitSize), width: 17, height: 50,
        unitSize: unitSize))
    return (format, SimulatedMemory(at: format.start.value, size: Int(format.memory.size) + 12))
  }

  private func screen(
    _ format: ScreenFormat, in memory: SimulatedMemory
  ) throws -> FramebufferScreen {
    try #require(
      FramebufferScreen(
        format, characters: AddressRange(at: format.memory.end, size: 12), through: memory.window))
  }

  /// A character's pixels as text, a line a row.
  private func cell(
    _ column: UInt64, _ row: UInt64, of format: ScreenFormat, in memory: SimulatedMemory
  ) -> [String] {
    var lines: [String] = []
    for y in row * 16..<(row + 1) * 16 {
      var line = ""
      for x in column * 8..<(column + 1) * 8 {
        let offset: UInt64 = y * format.pitch + x * format.unitSize
        let pixel = AddressRange(at: format.start + offset, size: format.unitSize)
        var bytes: Set<UInt8> = []
        for index in 0..<pixel.size {
          bytes.insert(memory.window.load(UInt8.self, at: pixel.start + index))
        }
        line += bytes == [0xff] ? "#" : bytes == [0] ? "." : "?"
      }
      lines.append(line)
    }
    return lines
  }

  private static let letterT =
    ["........", "........", "########"] + Array(repeating: "...##...", count: 9)
    + Array(repeating: "........", count: 4)
  private static let space = Array(repeating: "........", count: 16)

  @Test(arguments: [2, 3, 4] as [UInt64])
  func charactersAreDrawn(unitSize: UInt64) throws {
    let (format, memory) = try picture(unitSize: unitSize)
    var screen = try screen(format, in: memory)
    screen.write(" T\nT")
    #expect(cell(0, 0, of: format, in: memory) == Self.space)
    #expect(cell(1, 0, of: format, in: memory) == Self.letterT)
    #expect(cell(0, 1, of: format, in: memory) == Self.letterT)
    screen.write("\u{8} ")
    #expect(cell(0, 1, of: format, in: memory) == Self.space)
  }

  @Test func theTextMovesUpByHalfTheScreen() throws {
    let (format, memory) = try picture(unitSize: 4)
    var screen = try screen(format, in: memory)
    screen.write("TT\n T\n\nT")
    #expect(cell(0, 0, of: format, in: memory) == Self.space)
    #expect(cell(1, 0, of: format, in: memory) == Self.letterT)
    #expect(cell(1, 1, of: format, in: memory) == Self.space)
    #expect(cell(0, 2, of: format, in: memory) == Self.letterT)
    #expect(cell(1, 2, of: format, in: memory) == Self.space)
  }

  @Test func aScreenThatIsHeldIsDrawnWhenItIsAsked() throws {
    let (format, memory) = try picture(unitSize: 4)
    var screen = try screen(format, in: memory)
    screen.write("T")
    screen.isHeld = true
    screen.write("\r \n\n\n\nT")
    #expect(cell(0, 0, of: format, in: memory) == Self.letterT)
    #expect(cell(0, 2, of: format, in: memory) == Self.space)
    screen.update()
    #expect(cell(0, 0, of: format, in: memory) == Self.space)
    #expect(cell(0, 2, of: format, in: memory) == Self.letterT)
    // What has come and gone by then is never drawn: these pixels stay what they are made here.
    memory.window.fill(format.memory, with: 0x55)
    screen.write("\rX\rT")
    screen.update()
    #expect(memory.window.load(UInt32.self, at: format.start + 36 * format.pitch) == 0x5555_5555)
  }

  @Test func charactersAreDrawnAgainOverSomethingElse() throws {
    let (format, memory) = try picture(unitSize: 4)
    var screen = try screen(format, in: memory)
    screen.write("T\n T")
    memory.window.fill(format.memory, with: 0x55)
    screen.redraw()
    #expect(cell(0, 0, of: format, in: memory) == Self.letterT)
    #expect(cell(1, 0, of: format, in: memory) == Self.space)
    #expect(cell(1, 1, of: format, in: memory) == Self.letterT)
    // What is no cell's is black.
    let corner = format.start + (49 * format.pitch + 16 * 4)
    #expect(memory.window.load(UInt32.self, at: corner) == 0)
  }

  @Test func aPictureThatCanNotBeUsedIsRefused() throws {
    let (format, memory) = try picture(unitSize: 4)
    #expect(FramebufferScreen.characterMemorySize(of: format) == 12)
    for characters in [
      AddressRange(at: format.memory.end, size: 11), AddressRange(at: .zero, size: 12),
    ] {
      #expect(
        FramebufferScreen(format, characters: characters, through: memory.window) == nil)
    }
    let small = try #require(
      ScreenFormat(start: format.start, pitch: 68, width: 17, height: 15, unitSize: 4))
    #expect(FramebufferScreen.characterMemorySize(of: small) == 0)
    let outside = try #require(
      ScreenFormat(
        start: PhysicalAddress(0xfc00_0000), pitch: 68, width: 17, height: 50, unitSize: 4))
    #expect(
      FramebufferScreen(
        outside, characters: AddressRange(at: format.memory.end, size: 12), through: memory.window)
        == nil)
  }
}
