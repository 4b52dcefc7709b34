public import Addressing

/// The characters of a PC's EGA text mode, as a console that scrolls.
public struct TextScreen: CharacterGrid {
  private let format: ScreenFormat
  private let window: PhysicalMemoryWindow
  var column: UInt64 = 0
  var row: UInt64 = 0

  /// Light grey on black, in the upper byte of a cell.
  private static var attribute: UInt16 { 0x0700 }

  /// Makes a console of all cells, and clears it; `nil` where cells are not of two bytes each, or
  /// are not in the window.
  ///
  /// - Parameters:
  ///   - format: The cells: at 0xb8000 on every PC, 80 by 25; the boot loader tells (Multiboot2,
  ///     section 3.6.12).
  ///   - window: Shows all of them.
  public init?(_ format: ScreenFormat, through window: PhysicalMemoryWindow) {
    guard format.unitSize == 2, window.range.contains(format.memory) else { return nil }
    self.format = format
    self.window = window
    for row in 0..<rows { clear(row) }
  }

  var columns: UInt64 { format.width }
  var rows: UInt64 { format.height }

  /// Shows one character.
  public mutating func write(_ byte: UInt8) { take(byte) }

  func draw(_ character: UInt8, column: UInt64, row: UInt64) {
    window.store(
      Self.attribute | UInt16(character), at: format.address(column: column, line: row))
  }

  /// By one row: a text screen's memory is small, and can be read.
  func scroll() -> UInt64 {
    let second = format.address(column: 0, line: 1)
    if rows > 1 {
      window.copy(AddressRange(from: second, to: format.memory.end), to: format.start)
    }
    clear(rows - 1)
    return 1
  }

  private func clear(_ row: UInt64) {
    for column in 0..<columns { draw(UInt8(ascii: " "), column: column, row: row) }
  }
}
