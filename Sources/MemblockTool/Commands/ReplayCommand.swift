import ArgumentParser
import Replay

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Boot the machine of a boot log, step by step.",
    discussion: """
      Runs the kernel's own code on the log's map, SRAT and command line, from what is reserved \
      first to the free blocks of the page allocator. Each step names Linux's function for it, \
      prints what the kernel prints, and the tables that it changed ('+' marks a new region).

      Examples:
        dmesg | memblock replay
        memblock replay --command-line "mem=2G numa=off" boot.log
        memblock replay --page 4K boot.log
      """)

  @OptionGroup var input: LogInput
  @OptionGroup var options: MachineOptions

  @Option(help: "The kernel's command line, in place of the log's.")
  var commandLine: String?

  @Flag(help: "Write JSON: the form memblock.replay/1, described in JSON.md.")
  var json = false

  func run() throws {
    try reportingFailures {
      let files = try input.read()
      let machine = try options.machine(files, commandLine: commandLine)
      let replay = try BootReplay.run(machine)
      if json {
        var text = JSONText()
        replay.write(to: &text, machine)
        try StandardOutput.write(text.bytes + [UInt8(ascii: "\n")])
      } else {
        try StandardOutput.write(ReplayText(replay).text(.standardOutput))
      }
      try files.throwIfIncomplete()
      if replay.failure != nil { throw ExitStatus.failure }
    }
  }
}
