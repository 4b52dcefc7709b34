import ArgumentParser
import LogReading
import Memblock
import MemblockTrace
import Replay

struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Run a trace of memblock operations and print the results.",
    discussion: """
      Reads the trace from FILE, or from standard input: an operation and its operands a line; \
      '#' begins a comment. Ends with status 2 at a line that is not of the language, and names \
      the file, the line and what was expected.

      Numbers are decimal, 0x hexadecimal or negative, with K, M, G or T behind them. Words: \
      max, anywhere, accessible, none, maxnodes.

      The rules are those of Linux 7.3; with --linux 6.12, or the operation 'rules 612', those of \
      6.12.

      Examples:
        printf 'add 0x1000 64K\\nalloc 4K 4K\\ndump\\n' | memblock trace
        memblock generate trace --seed 7 | memblock trace

      Operations (what is in brackets may be left out):
      \(operationList)
      """)

  @Argument(help: "The trace; standard input where it is missing or \"-\".")
  var file: String?

  @Option(help: "The Linux whose rules memblock follows: \(LinuxRules.versionNames).")
  var linux = LinuxRules.newest.version

  func run() throws {
    try reportingFailures {
      let rules = try LinuxRules(option: linux)
      let input = try InputFile(file)
      guard let memory = SparseMemory() else {
        throw ToolFailure.failure("no address space for a terabyte of simulated memory")
      }
      var runner = TraceRunner(memory: memory, rules: rules)
      var progress = Progress(input.name)
      var splitter = LineSplitter()
      var number = 0
      func runLine(_ line: borrowing Span<UInt8>) throws {
        number += 1
        try run(line, number, of: input, on: &runner)
        if number.isMultiple(of: 1024) { progress.report("\(number) lines") }
      }
      try input.forEachPiece { piece in try splitter.read(piece, body: runLine) }
      try splitter.finish(body: runLine)
      runner.finish()
      try StandardOutput.write(runner.takeResults())
    }
  }

  /// Runs one line; its results are written before the next one runs.
  private func run(
    _ line: borrowing Span<UInt8>, _ number: Int, of input: InputFile,
    on runner: inout TraceRunner
  ) throws {
    do {
      unsafe FaultHandler.currentLine = number
      defer { unsafe FaultHandler.currentLine = 0 }
      try runner.run(Substring(decodingUTF8: line))
    } catch {
      try StandardOutput.write(runner.takeResults())
      throw ToolFailure.badInput("\(input.name):\(number): \(error)")
    }
    try StandardOutput.write(runner.takeResults())
  }

  private static var operationList: String {
    TraceRunner.operands.sorted { $0.key < $1.key }
      .map { "  \($0.key) \($0.value.text)" }
      .joined(separator: "\n")
  }
}

extension Substring {
  /// The text of bytes that should be UTF-8; what is not is replaced (U+FFFD).
  init(decodingUTF8 bytes: borrowing Span<UInt8>) {
    self.init(String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self))
  }
}
