import Foundation
import MemblockTrace
import Testing

struct TraceCommandTests {
  @Test func printsWhatTheRunnerAnswers() throws {
    let result = try ToolProgram.run(["trace"], text: "add 0 1M\nalloc 4K 4K\nhash")
    #expect(result.status == 0 && result.error.isEmpty)
    let lines = result.text.split(separator: "\n")
    #expect(lines.prefix(2) == ["1 add = 0", "2 alloc = 0xff000"])
    #expect(lines[2].wholeMatch(of: /3 hash = [0-9a-f]{16}/) != nil)
    #expect(lines[3] == "final")
  }

  @Test func carriageReturnsAreNotPartOfALine() throws {
    let plain = try ToolProgram.run(["trace"], text: "add 0 1M\n\n# x\ndump\n")
    let returns = try ToolProgram.run(["trace"], text: "add 0 1M\r\n\r\n# x\r\ndump\r\n")
    #expect(plain.status == 0 && plain.output == returns.output)
  }

  @Test(arguments: [
    ("add 0x1000", 1, "size is missing: expected 'add base size'"),
    ("add 0 1M\nad 1 2", 2, "'ad' is not an operation of the trace language; the nearest is 'add'"),
    ("\n\n[    0.000000] Linux version 6.12", 3, "'[' is not an operation of the trace language"),
    ("add 0 1M extra", 1, "too many operands: expected 'add base size'"),
    ("add 0 1Q", 1, "'1Q' is not a number of 64 bits (size of 'add')"),
  ])
  func aLineThatIsNotOfTheLanguageEndsWithItsPlace(
    _ text: String, _ line: Int, _ problem: String
  ) throws {
    let result = try ToolProgram.run(["trace"], text: text)
    #expect(result.status == 2 && !result.isSignal)
    #expect(result.error == "memblock: standard input:\(line): \(problem)\n")
    // What was right before it is there; the tables are not, for the trace did not end.
    #expect(result.text.contains("1 add = 0") == (line == 2))
    #expect(!result.text.contains("final"))
  }

  @Test func randomBytesAreRefused() throws {
    var generator = SystemRandomNumberGenerator()
    let bytes = Data((0..<4096).map { _ in UInt8.random(in: 128...255, using: &generator) })
    let result = try ToolProgram.run(["trace"], input: bytes)
    #expect(result.status == 2 && !result.isSignal && result.output.isEmpty)
    #expect(result.error.hasPrefix("memblock: standard input:1: "))
    #expect(result.error.split(separator: "\n").count == 1)
  }

  @Test func filesThatCannotBeReadAreNamed() throws {
    let folder = try TemporaryFolder()
    for (path, problem) in [
      (folder.url.path, "Is a directory"),
      (folder.url.appending(path: "none").path, "No such file or directory"),
    ] {
      let result = try ToolProgram.run(["trace", path])
      #expect(result.status == 2 && result.output.isEmpty)
      #expect(result.error == "memblock: \(path): \(problem)\n")
    }
  }

  @Test func helpListsTheOperations() throws {
    let result = try ToolProgram.run(["trace", "--help"])
    #expect(result.status == 0)
    for (name, operands) in TraceRunner.operands {
      let row = "  \(name) \(operands.text)".trimmingCharacters(in: .whitespaces)
      #expect(
        result.text.split(separator: "\n").contains {
          $0.trimmingCharacters(in: .whitespaces) == row
        },
        "\(row)")
    }
  }

  /// A trap inside of the library must not take the results with it. The signal is sent from
  /// outside, while the tool waits for its third line.
  @Test func aFaultEndsWithAStatusAndKeepsTheResults() throws {
    let process = Process()
    process.executableURL = ToolProgram.url
    process.arguments = ["trace"]
    let (input, output, error) = (Pipe(), Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = error
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data("add 0 1M\nreserve 0 4K\n".utf8))
    var seen = Data()
    while !String(decoding: seen, as: UTF8.self).contains("2 reserve = 0\n") {
      let piece = output.fileHandleForReading.availableData
      try #require(!piece.isEmpty)
      seen += piece
    }
    kill(process.processIdentifier, SIGILL)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 70)
    let message = try error.fileHandleForReading.readToEnd() ?? Data()
    #expect(String(decoding: message, as: UTF8.self) == "memblock: internal error (signal 4)\n")
  }

  @Test func aLongRunSaysHowFarItIs() throws {
    let line = "is_reserved 0x1000\n"
    let process = Process()
    process.executableURL = ToolProgram.url
    process.arguments = ["trace"]
    let (input, error) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = error
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(line.utf8))
    Thread.sleep(forTimeInterval: 1.2)
    let rest = String(repeating: line, count: 2048)
    try input.fileHandleForWriting.write(contentsOf: Data(rest.utf8))
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    let message = try error.fileHandleForReading.readToEnd() ?? Data()
    // On a slow machine there are more lines after it.
    let text = String(decoding: message, as: UTF8.self)
    #expect(text.hasPrefix("memblock: standard input: 1024 lines\n"), "\(text)")
  }
}
