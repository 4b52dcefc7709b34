import Addressing
import Console
import SimulatedMemory
import Testing

@Suite struct CanvasTests {
  private static func canvas(
    width: UInt32, height: UInt32, unitSize: UInt64 = 4, _ layout: PixelLayout = .xrgb
  ) throws -> (canvas: Canvas, memory: SimulatedMemory) {
    let format = try #require(
      ScreenFormat(
        start: PhysicalAddress(0xfd00_0000), pitch: width * UInt32(unitSize) + 4, width: width,
        height: height, unitSize: unitSize))
    let memory = SimulatedMemory(at: format.start.value, size: Int(format.memory.size))
    memory.window.fill(memory.range)
    return (try #require(Canvas(format, layout, through: memory.window)), memory)
  }

  private static func pixel(_ x: UInt64, _ y: UInt64, width: UInt64, in memory: SimulatedMemory)
    -> UInt32
  {
    memory.window.load(UInt32.self, at: memory.range.start + (y * (width * 4 + 4) + x * 4))
  }

  @Test(
    arguments: [
      (4, PixelLayout.xrgb, [0x30, 0x20, 0x10, 0]), (3, .xrgb, [0x30, 0x20, 0x10]),
      (
        2,
        PixelLayout(
          red: .init(position: 11, size: 5), green: .init(position: 5, size: 6),
          blue: .init(position: 0, size: 5)), [0x06, 0x11]
      ),
      (
        4,
        PixelLayout(
          red: .init(position: 20, size: 10), green: .init(position: 10, size: 10),
          blue: .init(position: 0, size: 10)), [0xc0, 0, 0x02, 0x04]
      ),
      (
        4,
        PixelLayout(
          red: .init(position: 32, size: 8), green: .init(position: 255, size: 255),
          blue: .init(position: 24, size: 0)), [0, 0, 0, 0]
      ),
    ] as [(UInt64, PixelLayout, [UInt8])])
  func aColorIsPutWhereThePixelHasIt(_ size: UInt64, _ layout: PixelLayout, _ bytes: [UInt8])
    throws
  {
    let (canvas, memory) = try Self.canvas(width: 3, height: 2, unitSize: size, layout)
    canvas.fill(x: 1, y: 1, width: 1, height: 1, PixelColor(red: 0x10, green: 0x20, blue: 0x30))
    let start = memory.range.start + (3 * size + 4) + size
    for (index, byte) in bytes.enumerated() {
      #expect(memory.window.load(UInt8.self, at: start + UInt64(index)) == byte)
    }
    #expect(memory.window.load(UInt8.self, at: start + size) == 0)
    #expect(memory.window.load(UInt8.self, at: PhysicalAddress(start.value - 1)) == 0)
  }

  @Test func whatIsOutsideIsNotDrawn() throws {
    let (canvas, memory) = try Self.canvas(width: 5, height: 4)
    canvas.fill(x: 3, y: 2, width: .max, height: .max, .white)
    canvas.fill(x: 5, y: 0, width: 1, height: 1, .white)
    canvas.fill(x: 0, y: 4, width: 1, height: 1, .white)
    canvas.fill(x: 0, y: 0, width: 0, height: 4, .white)
    for y in 0..<4 as Range<UInt64> {
      for x in 0..<5 as Range<UInt64> {
        #expect(
          Self.pixel(x, y, width: 5, in: memory) == (x >= 3 && y >= 2 ? 0xff_ffff : 0))
      }
      // The padding at a line's end.
      #expect(Self.pixel(5, y, width: 5, in: memory) == 0)
    }
  }

  @Test func textEndsWithTheCanvas() throws {
    let (canvas, memory) = try Self.canvas(width: 12, height: 20)
    var text = CanvasText(on: canvas, x: 0, y: 8, PixelColor(red: 0, green: 0, blue: 9))
    text.write("TTT")
    // The T's stem is two pixels wide, its bar eight; rows 2 and on of its cell.
    #expect(Self.pixel(0, 10, width: 12, in: memory) == 9)
    #expect(Self.pixel(3, 12, width: 12, in: memory) == 9)
    #expect(Self.pixel(2, 12, width: 12, in: memory) == 0)
    #expect(Self.pixel(11, 12, width: 12, in: memory) == 9)
    #expect(text.x == 16)
    let format = try #require(
      ScreenFormat(start: PhysicalAddress(0x1000), pitch: 40, width: 10, height: 1, unitSize: 4))
    #expect(Canvas(format, .xrgb, through: memory.window) == nil)
  }

  @Test(
    arguments: [
      ([:], 100, 10, [.hole: 10]), ([.free: 100], 100, 10, [.free: 10]),
      ([.free: 50], 100, 10, [.hole: 5, .free: 5]),
      ([.free: 99, .kernel: 1], 100, 10, [.free: 9, .kernel: 1]),
      (
        [.free: 1 << 40, .kernel: 1, .pageTables: 1], 1 << 40 + 2, 20,
        [.free: 18, .kernel: 1, .pageTables: 1]
      ),
      ([.free: 33, .reserved: 33], 100, 10, [.hole: 4, .free: 3, .reserved: 3]),
      ([.free: .max], .max, 7, [.free: 7]), ([:], 0, 7, [:]),
      ([.free: 1, .kernel: 1, .reserved: 1], 3, 2, [.free: 1, .reserved: 1]),
    ] as [([MemoryCategory: UInt64], UInt64, UInt64, [MemoryCategory: UInt64])])
  func stacksAreInProportion(
    _ bytes: [MemoryCategory: UInt64], _ size: UInt64, _ height: UInt64,
    _ wanted: [MemoryCategory: UInt64]
  ) {
    var amounts = MemoryAmounts()
    for (use, count) in bytes { amounts[use] = count }
    let lines = MemoryPicture.lines(of: amounts, in: size, height: height)
    let uses = MemoryCategory.all
    for index in uses.indices {
      #expect(uses[index].rawValue == index)
      #expect(lines[uses[index]] == wanted[uses[index]] ?? 0, "\(uses[index])")
    }
  }

  /// Three nodes of 64 pages; the first row of the first is the kernel's, half of it.
  @Test func everyBandIsDrawnWithItsColors() throws {
    let (canvas, memory) = try Self.canvas(width: 152, height: 180)
    let page: UInt64 = 4096
    let bands = (0..<3).map { index in
      MemoryPicture.Band(
        node: UInt64(index),
        range: AddressRange(at: PhysicalAddress(UInt64(index) * 64 * page), size: 64 * page))
    }
    MemoryPicture.draw(on: canvas, bandCount: 3, band: { bands[$0] }) { range in
      var amounts = MemoryAmounts()
      amounts[range.start.value < 32 * page ? .kernel : .free] = range.size / 2
      return amounts
    }
    let frame = MemoryPicture.Frame(bands: 3, width: 152, height: 180)
    #expect(frame.bandCount == 3 && frame.rowCount == 2 && frame.columnCount == 32)
    let layout = PixelLayout.xrgb
    let hole = layout.bits(of: MemoryCategory.hole.color)
    for index in 0..<3 {
      for row in 0..<2 {
        let top = frame.top(ofRow: row, inBand: index)
        for column in 0..<32 as Range<UInt64> {
          let use: MemoryCategory = index == 0 && row == 0 ? .kernel : .free
          let x = MemoryPicture.Frame.firstColumn + column
          #expect(Self.pixel(x, top, width: 152, in: memory) == hole)
          #expect(Self.pixel(x, top + 15, width: 152, in: memory) == layout.bits(of: use.color))
          #expect(Self.pixel(x, top + 16, width: 152, in: memory) == 0)
        }
      }
    }
    // The first field of the legend.
    #expect(Self.pixel(3, 170, width: 152, in: memory) == hole)
  }

  /// The label and the addresses of rows are what text drawn there looks like; where a row has nothing
  /// of the band nothing is drawn.
  @Test func bandsAndRowsAreLabelledWithTheirAddresses() throws {
    let (canvas, memory) = try Self.canvas(width: 632, height: 80)
    let (wanted, wantedMemory) = try Self.canvas(width: 632, height: 80)
    let range = AddressRange(at: PhysicalAddress(0x1000), size: 513 << 12)
    MemoryPicture.draw(
      on: canvas, bandCount: 1, band: { _ in .init(node: 12, range: range) },
      amounts: { _ in MemoryAmounts() })
    var text = CanvasText(on: wanted, x: 0, y: 0)
    text.write("Node 12  0x0000000000001000-0x0000000000201fff  4 KiB a column")
    for (row, address) in ["0x000000000000", "0x000000200000"].enumerated() {
      text = CanvasText(on: wanted, x: 0, y: UInt64(18 + 18 * row))
      text.write(address)
    }
    let hole = MemoryCategory.hole.color
    wanted.fill(x: 121, y: 18, width: 511, height: 16, hole)
    wanted.fill(x: 120, y: 36, width: 2, height: 16, hole)
    for y in 0..<62 as Range<UInt64> {
      for x in 0..<632 as Range<UInt64> {
        #expect(
          Self.pixel(x, y, width: 632, in: memory) == Self.pixel(x, y, width: 632, in: wantedMemory)
        )
      }
    }
  }

  /// The rows follow each other from at or below a band's start to at or above its end, in the
  /// smallest columns with which they do.
  @Test(
    arguments: [
      (1, 0x1000, 0x1_8000_0000, 1 << 18, 0, 0x1200_0000), (1, 0x1000, 0x9000, 4096, 0, 0x48_0000),
      (2, 0x1_0000_0000, 0x1_c000_0000, 1 << 18, 0x1_0000_0000, 0x1200_0000),
      (1, 0, 41 * 1152 << 12, 4096, 0, 0x48_0000),
      (1, 0, (41 * 1152 + 1) << 12, 8192, 0, 0x90_0000),
      (16, 0x5000, 1 << 44, 1 << 34, 0, 1152 << 34),
    ] as [(Int, UInt64, UInt64, UInt64, UInt64, UInt64)])
  func rowsCoverABand(
    _ bands: Int, _ start: UInt64, _ end: UInt64, _ column: UInt64, _ first: UInt64, _ row: UInt64
  ) {
    let frame = MemoryPicture.Frame(bands: bands, width: 1280, height: 774)
    #expect(frame.columnCount == 1152)
    let band = AddressRange(from: PhysicalAddress(start), to: PhysicalAddress(end))
    let size = frame.columnSize(of: band)
    #expect(size == column)
    var next = PhysicalAddress(first)
    for number in 0..<frame.rowCount {
      let range = frame.range(ofRow: number, of: band, columnSize: size)
      #expect(range == AddressRange(at: next, size: row))
      next = range.end
    }
    #expect(next >= band.end)
  }

  @Test(
    arguments: [
      (1, 1024, 768, 1, 40), (5, 1024, 768, 5, 7), (20, 1024, 768, 20, 1), (40, 1024, 768, 20, 1),
      (1, 120, 768, 0, 0), (1, 121, 768, 1, 40), (1, 1024, 53, 0, 0), (1, 1024, 54, 1, 1),
    ] as [(Int, UInt64, UInt64, Int, Int)])
  func bandsThatFitAreDrawn(
    _ bands: Int, _ width: UInt64, _ height: UInt64, _ drawn: Int, _ rows: Int
  ) {
    let frame = MemoryPicture.Frame(bands: bands, width: width, height: height)
    #expect(frame.bandCount == drawn && frame.rowCount == rows)
    guard drawn > 0 else { return }
    // The last row ends above the legend.
    #expect(frame.top(ofRow: rows - 1, inBand: drawn - 1) + 16 <= height - 16)
  }

  @Test func aCanvasTooSmallForABandIsNoTrouble() throws {
    for height: UInt32 in [1, 15, 16, 40, 71] {
      let (canvas, memory) = try Self.canvas(width: 9, height: height)
      withExtendedLifetime(memory) {
        #expect(
          MemoryPicture.Frame(bands: 2, width: canvas.width, height: canvas.height).bandCount == 0)
        MemoryPicture.draw(
          on: canvas, bandCount: 2,
          band: { .init(node: UInt64($0), range: AddressRange(at: .zero, size: 4096)) },
          amounts: { _ in MemoryAmounts() })
      }
    }
  }
}
