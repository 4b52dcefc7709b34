import ArgumentParser

@main
struct MemblockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memblock",
    abstract: "Linux's boot-time memory allocator, on a bench.",
    subcommands: [TraceCommand.self])
}
