import ArgumentParser

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Make a machine or a trace up, by a seed.",
    discussion: """
      The same seed makes the same text, on every system.

      Examples:
        memblock generate machine --seed 7 --nodes 4 | memblock replay
        memblock generate trace --seed 7 --count 10000 | memblock trace
      """,
    subcommands: [GenerateMachineCommand.self, GenerateTraceCommand.self])
}

struct GenerateMachineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "machine",
    abstract: "Make a firmware map up, unsorted and with overlaps, and an SRAT.",
    discussion: """
      Example:
        memblock generate machine --seed 7 --nodes 4 | memblock explain
      """)

  @Option(help: "Decides everything.") var seed: UInt64 = 0
  @Option(help: "How many nodes SRAT has, up to 64; 0 for no SRAT.") var nodes = 1

  func validate() throws {
    guard (0...64).contains(nodes) else { throw ValidationError("--nodes must be 0 to 64") }
  }

  func run() throws {
    try reportingFailures { try StandardOutput.write(RandomMachine(seed: seed, nodes: nodes).text) }
  }
}

struct GenerateTraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Make a trace of memblock operations up.",
    discussion: """
      Example:
        memblock generate trace --seed 7 --count 10000 | memblock trace
      """)

  @Option(help: "Decides everything.") var seed: UInt64 = 0
  @Option(help: "How many operations.") var count = 256

  func validate() throws {
    guard count >= 0 else { throw ValidationError("--count must not be negative") }
  }

  func run() throws {
    try reportingFailures {
      var trace = RandomTrace(seed: seed)
      var progress = Progress("generate")
      var text = trace.start
      for number in 0..<count {
        text += trace.nextLine() + "\n"
        guard text.utf8.count >= 1 << 16 else { continue }
        try StandardOutput.write(text)
        text = ""
        progress.report("\(number + 1) of \(count) operations")
      }
      try StandardOutput.write(text + "hash\n")
    }
  }
}
