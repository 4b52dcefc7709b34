import ArgumentParser
import LogReading
import Memblock
import MemblockTrace
import Replay

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Point out what is remarkable about the memory of a boot log's machine.",
    discussion: """
      RAM lost to page borders, overlapping entries and who won, holes, gaps below 4 GiB, unknown \
      types, RAM above a limit, interleaved and empty nodes, hot-pluggable RAM below 4 GiB, and \
      what the firmware calls usable and memblock does not have: each with the log's lines.

      With --allocation one allocation is explained: which gaps were tried, and why each was \
      passed over. It is one of Linux's where the log has any, as with memblock=debug, and else \
      one of the boot that 'memblock replay' shows.

      Examples:
        dmesg | memblock explain
        memblock explain --allocation 12 serial.log
        memblock explain --allocation 0x7ffad680 serial.log
      """)

  @OptionGroup var input: LogInput
  @OptionGroup var options: MachineOptions

  @Option(help: "The kernel's command line, in place of the log's.")
  var commandLine: String?

  @Option(help: "The number of an allocation, counting from 1, or an address in hexadecimal.")
  var allocation: String?

  func run() throws {
    try reportingFailures {
      let files = try input.read()
      if let allocation, files.log.operations.contains(where: { $0.kind == .allocate }) {
        try StandardOutput.write(try AllocationText(allocation, files).text(.standardOutput))
      } else {
        let machine = try options.machine(files, commandLine: commandLine)
        let replay = try BootReplay.run(machine)
        try StandardOutput.write(
          allocation.map {
            try AllocationText($0, of: replay, machine, files).text(.standardOutput)
          } ?? text(Findings(files.log, machine, replay), files))
      }
      try files.throwIfIncomplete()
    }
  }

  private func text(_ findings: Findings, _ files: LogFiles) -> String {
    let style = Style.standardOutput
    guard !findings.all.isEmpty else { return "Nothing to point out.\n" }
    return Finding.Kind.allCases.compactMap { kind in
      let some = findings.all.filter { $0.kind == kind }
      guard !some.isEmpty else { return nil }
      return style(.bold, kind.title) + "\n"
        + some.map { finding in
          "  \(finding.text)\n"
            + finding.lines.map { style(.dim, "    \(files.location(of: $0)): \($0.text)") + "\n" }
            .joined()
        }.joined()
    }.joined(separator: "\n")
  }
}
