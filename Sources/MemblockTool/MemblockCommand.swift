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
