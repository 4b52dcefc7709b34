import ArgumentParser

@main
struct MemblockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memblock",
    abstract: "Show, boot and explain the memory of machines, from their boot logs.",
    discussion: """
      Ends with status 0 where all went well, 1 where a comparison failed, 2 where the input is \
      not what it should be (the message names the file, the line and what was expected), 64 \
      where the command line is wrong.

      Examples:
        dmesg | memblock explain
        memblock replay boot.log
        memblock what-if "mem=2G movable_node" boot.log
        memblock plot -o machine.html boot.log
      """,
    subcommands: [
      ShowCommand.self, ReplayCommand.self, ExplainCommand.self, WhatIfCommand.self,
      DiffCommand.self,
      CheckCommand.self, PlotCommand.self, TraceCommand.self, GenerateCommand.self,
    ])

  static func main() {
    FaultHandler.install()
    main(nil)
  }
}
