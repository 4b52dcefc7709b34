import Addressing
import Console
import Testing

/// A terminal of one row, which shows printable characters and knows `\b`.
private struct Terminal: TextSink {
  var row: [UInt8] = []
  var column = 0
  var lines: [String] = []

  mutating func write(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\n"):
      lines.append(String(decoding: row, as: UTF8.self))
      row = []
      column = 0
    case 0x08:
      #expect(column > 0, "a backspace at the start of the row")
      column -= 1
    default:
      #expect(0x20..<0x7f ~= byte)
      if column == row.count { row.append(byte) } else { row[column] = byte }
      column += 1
    }
  }

  /// Whether a line is all that is to be seen; spaces behind it are not.
  func shows(_ line: String) -> Bool {
    row.starts(with: line.utf8) && row.dropFirst(line.utf8.count).allSatisfy { $0 == 0x20 }
  }
}

/// An editor, a terminal that shows its echo, and both of them in step.
private struct Desk {
  var editor = LineEditor()
  var terminal = Terminal()

  var line: String {
    editor.withLine { line in
      String(decoding: line.byteOffsets.map { line[byteAt: $0] }, as: UTF8.self)
    }
  }

  mutating func press(_ keys: ConsoleKey...) {
    for key in keys {
      let isComplete = editor.take(key, echo: &terminal)
      #expect(isComplete == (key == .enter))
      if !isComplete { #expect(terminal.shows(line)) }
    }
  }

  mutating func type(_ text: String) {
    for byte in text.utf8 { press(.character(byte)) }
  }
}

@Suite struct LineEditorTests {
  @Test func aLineIsEchoedAndKept() {
    var desk = Desk()
    desk.type("heap")
    desk.press(.enter)
    #expect(desk.line == "heap" && desk.terminal.lines == ["heap"])
  }

  @Test func theNextLineBeginsEmpty() {
    var desk = Desk()
    desk.type("one")
    desk.press(.enter)
    desk.type("two")
    #expect(desk.line == "two")
  }

  @Test func charactersGoInAtTheCursor() {
    var desk = Desk()
    desk.type("hap")
    desk.press(.left, .left)
    desk.type("e")
    #expect(desk.line == "heap" && desk.terminal.column == 2)
    desk.press(.right, .right, .right)
    #expect(desk.terminal.column == 4)
    desk.press(.home)
    desk.type("(")
    desk.press(.end)
    desk.type(")")
    #expect(desk.line == "(heap)")
  }

  @Test func charactersAreErasedOnBothSides() {
    var desk = Desk()
    desk.type("abcde")
    desk.press(.left, .left, .backspace)
    #expect(desk.line == "abde" && desk.terminal.column == 2)
    desk.press(.delete)
    #expect(desk.line == "abe" && desk.terminal.column == 2)
    desk.press(.end, .delete, .backspace)
    #expect(desk.line == "ab")
    desk.press(.home, .backspace, .delete, .delete, .delete)
    #expect(desk.line == "" && desk.terminal.column == 0)
  }

  @Test func enterInTheMiddleKeepsTheWholeLine() {
    var desk = Desk()
    desk.type("whole")
    desk.press(.home, .enter)
    #expect(desk.line == "whole" && desk.terminal.lines == ["whole"])
  }

  @Test func linesComeBackAndTheUnfinishedOneToo() {
    var desk = Desk()
    for line in ["first line", "second"] {
      desk.type(line)
      desk.press(.enter)
    }
    desk.type("unfin")
    desk.press(.up)
    #expect(desk.line == "second" && desk.terminal.column == 6)
    desk.press(.up)
    #expect(desk.line == "first line")
    desk.press(.up, .down)
    #expect(desk.line == "second")
    desk.press(.down)
    #expect(desk.line == "unfin")
    desk.press(.down)
    #expect(desk.line == "unfin")
  }

  @Test func aLineFromTheHistoryIsEditedWithoutChangingIt() {
    var desk = Desk()
    desk.type("log")
    desk.press(.enter, .up)
    desk.type("s")
    desk.press(.enter)
    #expect(desk.line == "logs")
    desk.press(.up, .up)
    #expect(desk.line == "log")
  }

  @Test func emptyAndRepeatedLinesAreNotRemembered() {
    var desk = Desk()
    desk.type("a")
    desk.press(.enter)
    desk.type("b")
    desk.press(.enter)
    desk.type("b")
    desk.press(.enter, .enter, .up, .up)
    #expect(desk.line == "a")
  }

  @Test func theOldestLineIsForgotten() {
    var desk = Desk()
    for number in 0...LineEditor.historyCapacity {
      desk.type("line \(number)")
      desk.press(.enter)
    }
    for _ in 0..<LineEditor.historyCapacity + 2 { desk.press(.up) }
    #expect(desk.line == "line 1")
  }

  @Test func aFullLineTakesNoMore() {
    var desk = Desk()
    desk.type(String(repeating: "x", count: LineEditor.capacity))
    desk.type("y")
    #expect(desk.line == String(repeating: "x", count: LineEditor.capacity))
  }

  @Test func keysWithoutMeaningChangeNothing() {
    var desk = Desk()
    desk.type("ab")
    desk.press(.tab, .insert, .pageUp, .escape, .function(1), .character(0xe4), .character(7))
    #expect(desk.line == "ab")
  }
}
