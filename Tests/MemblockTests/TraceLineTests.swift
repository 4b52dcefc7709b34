import MemblockTrace
import Testing

struct TraceLineTests {
  private func arguments(_ text: String) throws -> [UInt64]? {
    try TraceLine(Substring(text)) { $0 == "add" ? 2 : nil }?.arguments
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
    #expect(throws: TraceError(token: token, problem: "not a number")) {
      try arguments("add \(token)")
    }
  }

  @Test func countsArguments() {
    #expect(throws: TraceError(token: "3", problem: "one argument too many")) {
      try arguments("add 1 2 3")
    }
  }
}
