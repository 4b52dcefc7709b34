import LogReading
import Testing

struct LineSplitterTests {
  /// The lines of a text that arrives in pieces of that many bytes.
  private func lines(_ text: String, piece size: Int) -> [String] {
    var splitter = LineSplitter()
    var lines: [String] = []
    func take(_ line: borrowing Span<UInt8>) {
      lines.append(String(decoding: line.indices.map { line[$0] }, as: UTF8.self))
    }
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: size) {
      splitter.read(bytes.span.extracting(start..<min(start + size, bytes.count)), body: take)
    }
    splitter.finish(body: take)
    #expect(splitter.lineNumber == lines.count)
    #expect(splitter.isUnterminated == (!text.isEmpty && text.utf8.last != UInt8(ascii: "\n")))
    return lines
  }

  @Test(arguments: 1...9)
  func piecesMakeNoDifference(size: Int) {
    #expect(lines("", piece: size) == [])
    #expect(lines("\n", piece: size) == [""])
    #expect(lines("one\ntwo", piece: size) == ["one", "two"])
    #expect(lines("one\r\n\r\nthree\r\n", piece: size) == ["one", "", "three"])
    #expect(lines("a\rb\n\rc", piece: size) == ["a\rb", "\rc"])
    #expect(lines("last\r", piece: size) == ["last"])
  }

  @Test func aLineIsCutWhereItIsTooLong() {
    let long = String(repeating: "x", count: LineSplitter.longestLine + 10)
    let expected = [String(long.dropLast(10)), "y"]
    #expect(lines(long + "\ny", piece: 1 << 20) == expected)
    #expect(lines(long + "\ny", piece: 1000) == expected)
  }
}
