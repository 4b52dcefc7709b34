import Foundation
import MemblockTrace
import Testing

struct TraceLineTests {
  private func arguments(_ text: String) throws -> [UInt64]? {
    try TraceLine(
      Substring(text), operations: ["add": "base size", "alloc": "size align [min max [nid]]"])?
      .arguments
  }

  @Test func readsNumbersAndWords() throws {
    #expect(try arguments("add 0x10 16K") == [16, 16384])
    #expect(try arguments("add -1 max") == [.max, .max])
    #expect(try arguments("add 2T maxnodes") == [2 << 40, 1024])
    #expect(try arguments("add 0x1G accessible") == [1 << 30, 0])
    #expect(try arguments("  # add 1") == nil)
    #expect(try arguments("") == nil)
  }

  @Test(arguments: [
    "1x", "0x", "x1", "--1", "K", "16777216T", "-0x1", "0x10000000000000000", "1.5",
  ])
  func namesTheTokenThatIsWrong(token: String) {
    #expect(throws: TraceError("'\(token)' is not a number of 64 bits (size of 'add')")) {
      try arguments("add 0 \(token)")
    }
  }

  @Test(arguments: [
    ("add", "base is missing: expected 'add base size'"),
    ("add 1", "size is missing: expected 'add base size'"),
    ("add 1 2 3", "too many operands: expected 'add base size'"),
    ("alloc 1 2 3", "max is missing: expected 'alloc size align [min max [nid]]'"),
  ])
  func countsOperands(line: String, problem: String) {
    #expect(throws: TraceError(problem)) { try arguments(line) }
  }

  @Test func optionalOperandsMayBeLeftOut() throws {
    #expect(try arguments("alloc 1 2") == [1, 2])
    #expect(try arguments("alloc 1 2 3 4") == [1, 2, 3, 4])
    #expect(try arguments("alloc 1 2 3 4 none") == [1, 2, 3, 4, .max])
  }

  @Test(arguments: [
    ("ad 1 2", "'ad' is not an operation of the trace language; the nearest is 'add'"),
    ("allok 1 2", "'allok' is not an operation of the trace language; the nearest is 'alloc'"),
    ("[    0.000000] Linux", "'[' is not an operation of the trace language"),
    ("\u{1b}[31m\u{7}", "'?[31m?' is not an operation of the trace language"),
  ])
  func namesTheNearestOperation(line: String, problem: String) {
    #expect(throws: TraceError(problem)) { try arguments(line) }
  }

  @Test func aLongWordIsCut() {
    let word = String(repeating: "x", count: 1 << 20)
    #expect(throws: TraceError("'\(word.prefix(32))…' is not an operation of the trace language")) {
      try arguments(word)
    }
  }

  /// The language's own table holds what each operation takes, in the table's notation.
  @Test func everyOperationHasItsOperands() {
    #expect(TraceRunner.operands.count == 71)
    #expect(TraceRunner.operands["try_nid"]?.allowedCounts == [2, 4, 5])
    #expect(TraceRunner.operands["free_ranges"]?.allowedCounts == [0, 1, 2])
    #expect(TraceRunner.operands["dump"]?.allowedCounts == [0])
    for (name, operands) in TraceRunner.operands {
      #expect(Set(operands.names).count == operands.names.count, "\(name)")
    }
  }

  /// The document of the language has a row for each operation, and no others.
  @Test func everyOperationIsDocumented() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
    let file = root.appending(path: "../../Documentation/TraceLanguage.md")
    let text = try String(contentsOf: file.standardizedFileURL, encoding: .utf8)
    let table = text.split(separator: "## Operations")[1].split(separator: "## Results")[0]
    var rows: [String: String] = [:]
    for line in table.split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      rows[cells[0].replacing("`", with: "")] = cells[1]
    }
    #expect(rows == TraceRunner.operands.mapValues(\.text))
  }
}
