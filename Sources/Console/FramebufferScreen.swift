import Addressing

/// A console drawn into a framebuffer, for machines without a text screen: all that start by
/// UEFI, for instance.
///
/// A character takes a cell of 6 by 9 pixels. At the end of the last row the text starts again
/// at the top, over what stood there, with one empty row ahead of it: moving the whole picture
/// for each line costs seconds of a boot, because a framebuffer is slow to read.
public struct FramebufferScreen: TextSink {
  /// How the picture lies in memory.
  public struct Format: Sendable {
    /// The physical address of the first pixel.
    public var start: PhysicalAddress
    /// The bytes from a line of pixels to the next.
    public var pitch: UInt64
    /// Pixels in a line.
    public var width: UInt64
    /// The number of lines.
    public var height: UInt64
    /// The bytes of a pixel: 2, 3 or 4.
    public var bytesPerPixel: UInt64

    /// Names how the picture lies in memory.
    public init(
      start: PhysicalAddress, pitch: UInt64, width: UInt64, height: UInt64, bytesPerPixel: UInt64
    ) {
      self.start = start
      self.pitch = pitch
      self.width = width
      self.height = height
      self.bytesPerPixel = bytesPerPixel
    }

    /// All the bytes of the picture.
    public var memory: AddressRange { AddressRange(at: start, size: pitch * height) }
  }

  private static var cellWidth: UInt64 { Font.width + 1 }
  private static var cellHeight: UInt64 { Font.height + 2 }

  private let format: Format
  private let window: PhysicalMemoryWindow
  private var column: UInt64 = 0
  private var row: UInt64 = 0

  /// Makes a console of the whole picture; `nil` for one too small for a character, of another
  /// depth, or not in the window.
  ///
  /// White is all bits of a pixel, whatever the order of its colours, and black none.
  public init?(_ format: Format, through window: PhysicalMemoryWindow) {
    guard (2...4).contains(format.bytesPerPixel), format.width >= Self.cellWidth,
      format.height >= Self.cellHeight, format.pitch >= format.width * format.bytesPerPixel,
      window.range.contains(format.memory)
    else { return nil }
    self.format = format
    self.window = window
    for row in 0..<rows { clear(row) }
  }

  private var columns: UInt64 { format.width / Self.cellWidth }
  private var rows: UInt64 { format.height / Self.cellHeight }

  /// Draws one character in the next cell.
  public mutating func write(_ byte: UInt8) {
    if byte == UInt8(ascii: "\n") || column == columns {
      column = 0
      row = (row + 1) % rows
      // The row itself was cleared when it was the one ahead.
      clear((row + 1) % rows)
      if byte == UInt8(ascii: "\n") { return }
    }
    let glyph = Font.rows(of: byte)
    var line =
      format.start + row * Self.cellHeight * format.pitch
      + column * Self.cellWidth * format.bytesPerPixel
    for index in 0..<7 {
      paint(glyph[index], at: line)
      line = line + format.pitch
    }
    column += 1
  }

  /// Paints the pixels of one row of a character, whose leftmost is at `place`.
  private func paint(_ row: UInt8, at place: PhysicalAddress) {
    var bits = row << 3
    var pixel = place
    while bits != 0 {
      if bits & 0x80 != 0 {
        if format.bytesPerPixel == 4 {
          window.store(UInt32.max, at: pixel)
        } else {
          window.fill(AddressRange(at: pixel, size: format.bytesPerPixel), with: 0xff)
        }
      }
      bits <<= 1
      pixel = pixel + format.bytesPerPixel
    }
  }

  private func clear(_ row: UInt64) {
    for y in row * Self.cellHeight..<(row + 1) * Self.cellHeight {
      window.fill(
        AddressRange(
          at: format.start + y * format.pitch, size: format.width * format.bytesPerPixel))
    }
  }
}
