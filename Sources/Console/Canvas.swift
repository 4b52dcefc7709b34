public import Addressing

/// The pixels of a framebuffer, to be drawn on.
///
/// Pixels are counted from the upper left corner. What lies outside the canvas is not drawn, so
/// that no number of pixels is wrong. Video memory is only written, never read.
public struct Canvas: Sendable {
  private let format: ScreenFormat
  private let layout: PixelLayout
  private let window: PhysicalMemoryWindow

  /// Makes a canvas of a whole framebuffer; `nil` where the window does not show all of it. Nothing
  /// is drawn yet.
  ///
  /// - Parameters:
  ///   - format: How the pixels lie in memory.
  ///   - layout: Where a pixel's colours are.
  ///   - window: Shows the pixels.
  public init?(
    _ format: ScreenFormat, _ layout: PixelLayout, through window: PhysicalMemoryWindow
  ) {
    guard window.range.contains(format.memory) else { return nil }
    self.format = format
    self.layout = layout
    self.window = window
  }

  /// Pixels a line.
  public var width: UInt64 { format.width }
  /// The number of lines.
  public var height: UInt64 { format.height }

  /// Fills a rectangle. O(n) in its pixels.
  ///
  /// - Parameters:
  ///   - x: The leftmost pixels' column.
  ///   - y: The uppermost pixels' line.
  ///   - width: Pixels a line.
  ///   - height: The number of lines.
  ///   - color: The colour of all of them.
  @inline(never)
  public func fill(x: UInt64, y: UInt64, width: UInt64, height: UInt64, _ color: PixelColor) {
    guard x < self.width, y < self.height else { return }
    let bits = layout.bits(of: color)
    let end = x + Swift.min(width, self.width - x)
    for line in y..<y + Swift.min(height, self.height - y) {
      for column in x..<end {
        store(bits, at: format.address(column: column, line: line))
      }
    }
  }

  /// Draws a character's cell, 8 pixels wide and 16 high.
  func draw(
    _ character: UInt8, x: UInt64, y: UInt64, _ ink: PixelColor, on paper: PixelColor
  ) {
    let glyph = Font.glyph(of: character)
    for row in 0..<Font.height {
      for bit in 0..<Font.width where x + bit < width && y + row < height {
        store(
          layout.bits(of: glyph[row] << UInt8(bit) & 0x80 != 0 ? ink : paper),
          at: format.address(column: x + bit, line: y + row))
      }
    }
  }

  private func store(_ bits: UInt32, at place: PhysicalAddress) {
    switch format.unitSize {
    case 4: window.store(bits, at: place)
    case 2: window.store(UInt16(truncatingIfNeeded: bits), at: place)
    default:
      for byte in 0..<format.unitSize {
        window.store(UInt8(truncatingIfNeeded: bits >> UInt32(byte * 8)), at: place + byte)
      }
    }
  }
}

/// Text on a canvas, from a pixel on to the right: 8 pixels a character. There is one line only.
public struct CanvasText: TextSink {
  private let canvas: Canvas
  /// The column of the next character's leftmost pixels.
  public private(set) var x: UInt64
  private let y: UInt64
  private let ink: PixelColor
  private let paper: PixelColor

  /// The lines of pixels that a line of text takes.
  public static var height: UInt64 { Font.height }

  /// The columns of pixels that a character takes.
  public static var characterWidth: UInt64 { Font.width }

  /// Starts a line of text whose upper left pixel is at (x, y).
  public init(
    on canvas: Canvas, x: UInt64, y: UInt64, _ ink: PixelColor = .white,
    on paper: PixelColor = .black
  ) {
    self.canvas = canvas
    self.x = x
    self.y = y
    self.ink = ink
    self.paper = paper
  }

  /// Draws the next character.
  @inline(never)
  public mutating func write(_ byte: UInt8) {
    guard x < canvas.width else { return }
    canvas.draw(byte, x: x, y: y, ink, on: paper)
    x += Font.width
  }
}
