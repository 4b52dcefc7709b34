import ArgumentParser
import MemblockTrace
import Replay

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Run the operations of a memblock=debug log, and compare with what Linux got.",
    discussion: """
      The log of a Linux that was booted with memblock=debug is a test: its operations are run \
      from its first dump on; every address that it was given and every later dump must come out \
      the same. Ends with status 1 and the first difference where one does not.

      Example:
        memblock check serial.log
      """)

  @OptionGroup var input: LogInput

  func run() throws {
    try reportingFailures {
      let files = try input.read()
      guard !files.log.operations.isEmpty else {
        throw ToolFailure.badInput(
          "\(files.names.joined(separator: ", ")): no operations to check; expected lines like "
            + "'memblock_reserve: [0x…-0x…] …', which Linux logs with memblock=debug")
      }
      guard let memory = SparseMemory() else {
        throw ToolFailure.failure("no address space for a terabyte of simulated memory")
      }
      try withExtendedLifetime(memory) {
        do {
          var replay = try DebugLogReplay(files.log, in: memory.window)
          try replay.runAll()
          try StandardOutput.write(
            "\(Words.count(replay.operationCount, "operation")) run, "
              + "\(Words.count(replay.allocationCount, "allocation")) and "
              + "\(Words.count(replay.dumpCount, "dump")) equal\n")
        } catch let difference as DebugLogReplay.Difference {
          try StandardOutput.write(
            "\(files.names[difference.file]):\(difference.lineNumber): \(difference.text)\n")
          throw ExitStatus.failure
        }
      }
      try files.throwIfIncomplete()
    }
  }
}
