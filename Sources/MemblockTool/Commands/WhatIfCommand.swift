import ArgumentParser
import Replay

struct WhatIfCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "what-if",
    abstract: "Boot the machine of a boot log with another command line, and show what differs.",
    discussion: """
      Boots the machine twice by the kernel's own code, with the log's command line and with the \
      one given, and compares the two step by step: '-' is before, '+' is what would be.

      Examples:
        memblock what-if "mem=2G movable_node" boot.log
        dmesg | memblock what-if "numa=fake=4"
      """)

  @Argument(help: "The command line to try.") var commandLine: String
  @OptionGroup var input: LogInput
  @OptionGroup var options: MachineOptions

  func run() throws {
    try reportingFailures {
      let files = try input.read()
      let before = try BootReplay.run(try options.machine(files))
      let after = try BootReplay.run(try options.machine(files, commandLine: commandLine))
      let difference = SectionDifference(
        ReplayText(before).plainSections, ReplayText(after).plainSections)
      let text = difference.text(.standardOutput)
      try StandardOutput.write(text.isEmpty ? "No difference.\n" : text)
      try files.throwIfIncomplete()
    }
  }
}

extension ReplayText {
  /// The sections without the marks for what is new in a step, which would count as a
  /// difference.
  fileprivate var plainSections: [MachineText.Section] {
    sections.map { section in
      MachineText.Section(
        title: section.title,
        lines: section.lines.map { $0.hasPrefix("+ ") ? "  \($0.dropFirst(2))" : $0 })
    }
  }
}
