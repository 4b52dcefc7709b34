/// A key, whatever it was typed at.
public enum ConsoleKey: Equatable, Sendable {
  /// A character of ISO 8859-1: the first 256 of Unicode.
  case character(UInt8)
  /// Return, or Enter.
  case enter
  /// Erases the character before the cursor.
  case backspace
  /// Erases the character at the cursor.
  case delete
  /// The tabulator.
  case tab
  /// An arrow key.
  case left, right, up, down
  /// To the start of the line, and to its end.
  case home, end
  /// A screen back, and a screen on.
  case pageUp, pageDown
  /// Insert.
  case insert
  /// Escape; a terminal's is not told apart from the start of a sequence.
  case escape
  /// F1 to F12.
  case function(UInt8)
}
