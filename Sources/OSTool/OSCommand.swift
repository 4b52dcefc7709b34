import ArgumentParser

/// `swift run os …`: makes, builds, boots, tests and debugs an operating system that is a package
/// of its own with the library Kernel.
///
/// It is a program, not a SwiftPM plug-in, because a plug-in has no terminal: SwiftPM keeps its
/// standard input and output for itself, and a console needs both.
@main
struct OSCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "os",
    abstract: "Make, build, boot, test and debug an operating system in Swift.",
    discussion: """
      Run in the folder of a package whose executable product has the library Kernel:

        swift run os new ../MyOS     a package to begin with
        swift run os boot            build it, and boot it in QEMU on this terminal
        swift run os test            boot it on BIOS and on UEFI; both must end with success
        swift run os debug           boot it under gdb, stopped at the first instruction of Swift
      """,
    subcommands: [
      NewCommand.self, BuildCommand.self, BootCommand.self, TestCommand.self, DebugCommand.self,
    ])
}

/// What went wrong, in one line.
struct OSError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
