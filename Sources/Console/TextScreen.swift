import Addressing

/// The 80 by 25 characters of a PC's EGA text mode, as a console that scrolls.
public struct TextScreen: TextSink {
  private let window: PhysicalMemoryWindow
  private let start: PhysicalAddress
  private let columns: UInt64
  private let rows: UInt64
  private var column: UInt64 = 0
  private var row: UInt64 = 0

  /// Light grey on black, in the upper byte of a cell.
  private static var attribute: UInt16 { 0x0700 }

  /// Makes a console of the cells at `start`, two bytes each, and clears it.
  ///
  /// - Parameters:
  ///   - window: Must show all the cells.
  ///   - start: 0xb8000 on every PC; the boot loader tells (Multiboot2, section 3.6.12).
  ///   - columns: The cells of a line.
  ///   - rows: The lines.
  public init(
    at start: PhysicalAddress, columns: UInt32, rows: UInt32, through window: PhysicalMemoryWindow
  ) {
    self.window = window
    self.start = start
    self.columns = UInt64(columns)
    self.rows = UInt64(rows)
    for row in 0..<self.rows { clear(row) }
  }

  /// Shows one character, in the next cell; scrolls at the end of the last row.
  public mutating func write(_ byte: UInt8) {
    guard columns > 0, rows > 0 else { return }
    if byte == UInt8(ascii: "\n") || column == columns {
      column = 0
      row += 1
      if row == rows {
        scroll()
        row = rows - 1
      }
      if byte == UInt8(ascii: "\n") { return }
    }
    window.store(Self.attribute | UInt16(byte), at: cell(column, row))
    column += 1
  }

  private func cell(_ column: UInt64, _ row: UInt64) -> PhysicalAddress {
    start + (row * columns + column) * 2
  }

  private func clear(_ row: UInt64) {
    for column in 0..<columns {
      window.store(Self.attribute | UInt16(UInt8(ascii: " ")), at: cell(column, row))
    }
  }

  private func scroll() {
    window.copy(
      AddressRange(from: cell(0, 1), to: cell(0, rows)), to: cell(0, 0))
    clear(rows - 1)
  }
}
