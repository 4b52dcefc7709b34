import Testing

@testable import SerialHarness

@Suite struct ConsoleTests {
  @Test func linesComeInAnyPieces() {
    var console = ConsoleText()
    for piece in ["one\r", "\ntw", "o\n\nth", "ree"] { console.append(Array(piece.utf8)) }
    #expect(console.lines == ["one", "two", ""])
    #expect(console.lastLine == "three")
    console.finish()
    #expect(console.lines == ["one", "two", "", "three"])
    console.finish()
    #expect(console.lines.count == 4)
  }

  @Test func escapeSequencesAreTakenOut() {
    var console = ConsoleText()
    console.append(Array("\u{1b}[2J\u{1b}[01;01H\u{1b}[=3hBds\u{1b}[0m\u{7}Dxe\ttab é\r\n".utf8))
    #expect(console.lines == ["BdsDxe\ttab é"])
    console.append(Array("cut \u{1b}[2".utf8))
    #expect(console.lastLine == "cut ")
  }

  @Test func aReportOfTests() throws {
    let report = try TestReport(lines: [
      "Booting", "heap ... ok", "noise ... maybe", "pages ... FAILED: 3 ... taken",
      "clock ... (3 ticks) ok", "tests: 2 passed, 1 failed", "after ... ok",
    ])
    #expect(report.tests.map(\.name) == ["heap", "pages", "clock"])
    #expect(report.failures.map(\.failure) == ["3 ... taken"])
  }

  @Test func aReportThatCannotBeTrusted() {
    #expect(throws: TestReport.Malformation.noClosingLine) {
      try TestReport(lines: ["heap ... ok"])
    }
    #expect(
      throws: TestReport.Malformation.wrongCount(
        closingLine: "tests: 2 passed, 0 failed", passed: 1, failed: 0)
    ) {
      try TestReport(lines: ["heap ... ok", "tests: 2 passed, 0 failed"])
    }
  }
}
