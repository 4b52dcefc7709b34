import Addressing
import Console
import Testing

@Suite struct CommandTests {
  private struct Text: TextSink {
    var bytes: [UInt8] = []
    mutating func write(_ byte: UInt8) { bytes.append(byte) }
    var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  private func words(of line: String) -> ([String], [UInt64?]) {
    let bytes = Array(line.utf8)
    let span = unsafe bytes.span.bytes
    let words = CommandWords(of: span)
    var texts: [String] = []
    var numbers: [UInt64?] = []
    for index in 0..<words.count {
      texts.append(String(decoding: bytes[words[index]], as: UTF8.self))
      numbers.append(words.number(index, of: span))
    }
    #expect(words[words.count].isEmpty)
    #expect(words[-1].isEmpty)
    #expect(words.number(words.count, of: span) == nil)
    return (texts, numbers)
  }

  @Test(arguments: [
    ("", []), ("   ", []), ("a", ["a"]), ("  ab c ", ["ab", "c"]),
    ("1 2 3 4 5", ["1", "2", "3", "4 5"]), ("1 2 3 4", ["1", "2", "3", "4"]),
  ])
  func aLineIsDividedAtSpaces(_ line: String, _ wanted: [String]) {
    #expect(words(of: line).0 == wanted)
  }

  @Test(
    arguments: [
      ("0", 0), ("0x0", 0), ("10", 10), ("0X1f", 31), ("0xFfFf", 0xffff),
      ("18446744073709551615", .max), ("18446744073709551616", nil),
      ("0xffffffffffffffff", .max), ("0x10000000000000000", nil), ("99999999999999999999999", nil),
      ("0x", nil), ("x", nil), ("1a", nil), ("0x1g", nil), ("-1", nil), ("1/", nil), ("1:", nil),
      ("0x@", nil), ("0x`", nil),
    ] as [(String, UInt64?)])
  func numbersAreDecimalOrHexadecimal(_ word: String, _ wanted: UInt64?) {
    #expect(words(of: word).1 == [wanted])
  }

  private static let names = ["walk", "what", "whatever", "help"]

  private func complete(_ typed: String) -> (LineEditor.Completion, line: String, echo: String) {
    var editor = LineEditor()
    var echo = Text()
    for byte in typed.utf8 { _ = editor.take(.character(byte), echo: &echo) }
    echo.bytes = []
    let completion = editor.complete(among: Self.names.count, word: { Self.names[$0] }, echo: &echo)
    let line = editor.withLine { line in
      String(decoding: line.byteOffsets.map { line[byteAt: $0] }, as: UTF8.self)
    }
    return (completion, line, echo.text)
  }

  @Test(arguments: [
    ("h", LineEditor.Completion.extended, "help "), ("w", .ambiguous, "w"),
    ("wh", .extended, "what"), ("what", .ambiguous, "what"), ("whate", .extended, "whatever "),
    ("x", .none, "x"), ("", .ambiguous, ""), ("help", .extended, "help "),
    ("help ", .none, "help "),
    ("whateverx", .none, "whateverx"),
  ])
  func theLineIsCompleted(_ typed: String, _ wanted: LineEditor.Completion, _ line: String) {
    let result = complete(typed)
    #expect(result.0 == wanted)
    #expect(result.line == line)
    #expect(typed + result.echo == line)
  }

  @Test func onlyTheEndOfALineIsCompleted() {
    var editor = LineEditor()
    var echo = Text()
    _ = editor.take(.character(UInt8(ascii: "h")), echo: &echo)
    _ = editor.take(.left, echo: &echo)
    #expect(editor.complete(among: 4, word: { Self.names[$0] }, echo: &echo) == .none)
    _ = editor.take(.enter, echo: &echo)
    #expect(editor.complete(among: 4, word: { Self.names[$0] }, echo: &echo) == .none)
  }

  @Test func aLineIsShownAgainWithItsCursor() {
    var editor = LineEditor()
    var echo = Text()
    for byte in "abc".utf8 { _ = editor.take(.character(byte), echo: &echo) }
    _ = editor.take(.left, echo: &echo)
    echo.bytes = []
    editor.reshow(&echo)
    #expect(echo.text == "abc\u{8}")
  }
}
