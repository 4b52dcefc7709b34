import Addressing

/// A screen of characters in rows and columns, written to as a terminal is.
///
/// What a screen brings is how it draws a character and how it scrolls; where the next character
/// goes is the same for all of them.
protocol CharacterGrid: TextSink {
  var columns: UInt64 { get }
  var rows: UInt64 { get }

  /// Where the next character goes. The column may be one past the last: the line goes on in the
  /// next row as soon as there is something to draw.
  var column: UInt64 { get set }
  var row: UInt64 { get set }

  /// Draws a character.
  mutating func draw(_ character: UInt8, column: UInt64, row: UInt64)

  /// Moves the text up and clears the rows below it.
  ///
  /// - Returns: The number of rows that it moved, at least one.
  mutating func scroll() -> UInt64
}

extension CharacterGrid {
  /// The distance between tab stops, as on every terminal.
  private static var tabWidth: UInt64 { 8 }

  /// Takes one byte: a character of ASCII, a line feed, a carriage return, a backspace or a tab.
  /// Other control characters have no effect.
  mutating func take(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\n"):
      startRow()
    case UInt8(ascii: "\r"):
      column = 0
    case 0x08:
      if column > 0 { column -= 1 }
    case UInt8(ascii: "\t"):
      repeat { show(UInt8(ascii: " ")) } while column % Self.tabWidth != 0 && column < columns
    case 0x20...:
      show(byte)
    default:
      break
    }
  }

  private mutating func show(_ character: UInt8) {
    if column == columns { startRow() }
    draw(character, column: column, row: row)
    column += 1
  }

  private mutating func startRow() {
    column = 0
    row += 1
    if row == rows { row -= scroll() }
  }
}
