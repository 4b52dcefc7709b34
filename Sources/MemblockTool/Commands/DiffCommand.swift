import ArgumentParser
import LogReading

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare the memory that two boot logs show.",
    discussion: """
      Compares section by section what 'memblock show' prints of each: maps, memory, reserved, \
      nodes, zones, totals. Ends with status 1 where they differ.

      Examples:
        memblock diff before-update.log after-update.log
        dmesg | memblock diff good.log -
      """)

  @Argument(help: "A boot log.") var first: String
  @Argument(help: "The one to compare it with; \"-\" for standard input.") var second: String

  func run() throws {
    try reportingFailures {
      let style = Style.standardOutput
      let (a, b) = (try LogFiles([first]), try LogFiles([second]))
      let difference = SectionDifference(
        MachineText(a, style: Style(isColored: false)).sections,
        MachineText(b, style: Style(isColored: false)).sections)
      try StandardOutput.write(difference.text(style))
      try a.throwIfIncomplete()
      try b.throwIfIncomplete()
      if !difference.isEmpty { throw ExitStatus.failure }
    }
  }
}
