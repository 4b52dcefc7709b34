import ArgumentParser
import Foundation
import SerialHarness
import Subprocess

struct DebugCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "debug", abstract: "Boot the kernel under gdb.",
    discussion: """
      The machine stops where Swift begins. gdb has the terminal; the serial console goes into \
      the file that is named first.
      """)

  @OptionGroup var os: OSOptions
  @OptionGroup var options: DebugOptions

  func run() async throws {
    let gdb = try HostProgram.find("gdb", "x86_64-elf-gdb")
    let build = try await os.build()
    let iso = try await BootImage.make(of: try await build.run())
    let socket = build.folder.appending(path: "gdb-\(ProcessInfo.processInfo.processIdentifier)")
    let console = build.folder.appending(path: "serial.log")
    defer { try? FileManager.default.removeItem(at: socket) }

    var machine = Machine(start: .iso(iso))
    machine.firmware = options.firmware
    machine.memory = options.memory
    machine.commandLine = options.commandLine
    machine.arguments = ["-S", "-gdb", "unix:\(socket.path),server=on,wait=off"]
    print("serial console: \(console.path)")

    let words = try machine.command(serial: "file:\(console.path)")
    let result = try await Subprocess.run(
      .name(words[0]), arguments: Arguments(Array(words.dropFirst())), input: .none,
      output: .discarded, error: .currentStandardError
    ) { execution in
      while !FileManager.default.fileExists(atPath: socket.path) {
        try await Task.sleep(for: .milliseconds(20))
      }
      let status = try await HostProgram.run(
        gdb, Self.arguments(symbols: build.symbols, socket: socket.path) + options.gdb)
      try execution.send(signal: .kill)
      return status
    }
    guard result.closureResult == 0 else { throw ExitCode(result.closureResult) }
  }

  /// gdb reads the symbols, connects, and runs up to the first function of Swift. The breakpoint
  /// is one of the processor's own: the kernel's memory is written after gdb could change it.
  private static func arguments(symbols: URL, socket: String) -> [String] {
    ["-q", "-iex", "set complaints 0", symbols.path]
      + [
        "set confirm off", "set architecture i386:x86-64", "target remote \(socket)",
        "thbreak main", "continue",
      ].flatMap { ["-ex", $0] }
  }
}

/// What can be said about the machine that gdb looks at.
struct DebugOptions: ParsableArguments {
  @Option(help: "How much memory the machine has: a number with K, M, G or T.")
  var memory = MemorySize.gibibytes(4)

  @Option(help: "The machine's firmware: bios or uefi.")
  var firmware = Machine.Firmware.bios

  @Option(name: .customLong("cmdline"), help: "The kernel's command line.")
  var commandLine = ""

  @Argument(parsing: .postTerminator, help: "Arguments for gdb, behind all others.")
  var gdb: [String] = []
}
