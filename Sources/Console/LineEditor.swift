public import Addressing

/// A line that is typed: edited in its middle, and brought back from the lines before.
///
/// It echoes with printable characters and `\b` alone, which every terminal and the screens here
/// understand. It needs no heap. A prompt and a line should fit in a row of the screen: `\b` does
/// not go back to the row above.
public struct LineEditor {
  /// The most characters in a line.
  public static var capacity: Int { 64 }

  /// The most lines that are remembered.
  public static var historyCapacity: Int { 8 }

  struct Line {
    var bytes = InlineArray<64, UInt8>(repeating: 0)
    var count = 0

    func isEqual(to other: Line) -> Bool {
      guard count == other.count else { return false }
      for index in 0..<count where bytes[index] != other.bytes[index] { return false }
      return true
    }
  }

  private(set) var line = Line()
  private var cursor = 0
  private var isComplete = false

  /// The lines before, the latest first.
  private var history = InlineArray<8, Line>(repeating: Line())
  private var historyCount = 0

  /// How many lines back the one shown is; 0 for the one that is being typed.
  private var position = 0
  /// The line that is being typed, while one from the history is shown.
  private var unfinished = Line()

  /// Makes an editor of an empty line, with nothing to bring back.
  public init() {}

  /// Calls `body` with the bytes of the line, printable ASCII.
  public func withLine<Result>(_ body: (RawSpan) -> Result) -> Result {
    body(line.bytes.span.extracting(0..<line.count).raw)
  }

  /// Takes a key and shows what it changes; returns whether it ended the line. The key after that
  /// begins a new one.
  ///
  /// What is no printable ASCII character, or has no room, is ignored.
  public mutating func take(
    _ key: ConsoleKey, echo: inout some TextSink & ~Copyable
  ) -> Bool {
    if isComplete { beginLine() }
    switch key {
    case .character(let byte) where byte >= 0x20 && byte < 0x7f: insert(byte, &echo)
    case .backspace where cursor > 0:
      move(to: cursor - 1, &echo)
      erase(&echo)
    case .delete where cursor < line.count: erase(&echo)
    case .left where cursor > 0: move(to: cursor - 1, &echo)
    case .right where cursor < line.count: move(to: cursor + 1, &echo)
    case .home: move(to: 0, &echo)
    case .end: move(to: line.count, &echo)
    case .up where position < historyCount: show(position + 1, &echo)
    case .down where position > 0: show(position - 1, &echo)
    case .enter:
      move(to: line.count, &echo)
      echo.write("\n")
      remember()
      isComplete = true
    default: break
    }
    return isComplete
  }

  /// Whether the cursor is behind the line's last character, and the line is not ended yet.
  var isAtEnd: Bool { !isComplete && cursor == line.count }

  /// Shows the line again, behind a prompt that is shown again.
  public mutating func reshow(_ echo: inout some TextSink & ~Copyable) {
    let place = cursor
    cursor = 0
    move(to: line.count, &echo)
    move(to: place, &echo)
  }

  private mutating func beginLine() {
    line = Line()
    cursor = 0
    position = 0
    isComplete = false
  }

  private mutating func remember() {
    if line.count == 0 || (historyCount > 0 && history[0].isEqual(to: line)) { return }
    for index in stride(from: Self.historyCapacity - 1, to: 0, by: -1) {
      history[index] = history[index - 1]
    }
    history[0] = line
    historyCount = Swift.min(historyCount + 1, Self.historyCapacity)
  }

  private mutating func insert(_ byte: UInt8, _ echo: inout some TextSink & ~Copyable) {
    guard line.count < Self.capacity else { return }
    for index in stride(from: line.count, to: cursor, by: -1) {
      line.bytes[index] = line.bytes[index - 1]
    }
    line.bytes[cursor] = byte
    line.count += 1
    let place = cursor + 1
    move(to: line.count, &echo)
    move(to: place, &echo)
  }

  /// Erases the character at the cursor.
  private mutating func erase(_ echo: inout some TextSink & ~Copyable) {
    let place = cursor
    for index in place..<line.count - 1 { line.bytes[index] = line.bytes[index + 1] }
    line.count -= 1
    move(to: line.count, &echo)
    echo.write(" \u{8}")
    move(to: place, &echo)
  }

  /// Moves the cursor back, or on over the characters that stand there, which it shows.
  private mutating func move(to place: Int, _ echo: inout some TextSink & ~Copyable) {
    while cursor > place {
      echo.write(0x08)
      cursor -= 1
    }
    while cursor < place {
      echo.write(line.bytes[cursor])
      cursor += 1
    }
  }

  /// Shows another line of the history instead.
  private mutating func show(_ wanted: Int, _ echo: inout some TextSink & ~Copyable) {
    if position == 0 { unfinished = line }
    let oldCount = line.count
    move(to: 0, &echo)
    line = wanted == 0 ? unfinished : history[wanted - 1]
    position = wanted
    move(to: line.count, &echo)
    let surplus = Swift.max(0, oldCount - line.count)
    for _ in 0..<surplus { echo.write(" ") }
    for _ in 0..<surplus { echo.write(0x08) }
  }
}
