import ArgumentParser
import Foundation
import MemblockTrace

struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Run a trace of memblock operations and print the results.",
    discussion: """
      Reads the trace from FILE, or from standard input. Ends with status 2 at a malformed \
      line, and names the file, the line and what is wrong in it.
      """)

  @Argument(help: "The trace; standard input where it is missing or \"-\".")
  var file: String?

  func run() throws {
    let name = file == "-" ? nil : file
    let text = try read(name)
    guard let memory = SparseMemory() else {
      throw failure("no address space for a terabyte of simulated memory", status: 1)
    }
    var runner = TraceRunner(memory: memory)
    let output = FileHandle.standardOutput
    var number = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      number += 1
      do {
        try runner.run(line)
      } catch {
        try output.write(contentsOf: Data(runner.takeResults()))
        throw failure(
          "\(name ?? "standard input"):\(number): \(error.problem): '\(error.token)'", status: 2)
      }
      if number.isMultiple(of: 1024) {
        try output.write(contentsOf: Data(runner.takeResults()))
      }
    }
    runner.finish()
    try output.write(contentsOf: Data(runner.takeResults()))
  }

  private func read(_ name: String?) throws -> String {
    do {
      let data =
        try name.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
        ?? FileHandle.standardInput.readToEnd() ?? Data()
      return String(decoding: data, as: UTF8.self)
    } catch {
      throw failure("\(name ?? "standard input"): \(error.localizedDescription)", status: 2)
    }
  }

  /// Says what is wrong on standard error, and ends with that status.
  private func failure(_ message: String, status: Int32) -> ExitCode {
    FileHandle.standardError.write(Data("memblock: \(message)\n".utf8))
    return ExitCode(status)
  }
}
