import ArgumentParser
import Foundation
import SerialHarness

/// Which operating system a command is about.
struct OSOptions: ParsableArguments {
  @Option(help: "The executable product to build; needed where the package has several.")
  var product: String?

  @Option(help: ArgumentHelp("The package's folder.", valueName: "folder"))
  var package = "."

  /// The build of that operating system.
  func build() async throws -> KernelBuild {
    let folder = URL(filePath: package).standardizedFileURL
    guard FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path)
    else { throw OSError("\(folder.path) has no Package.swift: it is not an OS's package") }
    return try await KernelBuild(package: folder, product: product)
  }
}

/// The machine that an operating system is booted on.
struct MachineOptions: ParsableArguments {
  @Option(help: "How much memory the machine has: a number with K, M, G or T.")
  var memory = MemorySize.gibibytes(4)

  @Option(help: "How many processors it has.")
  var processors = 1

  @Option(name: .customLong("cmdline"), help: "The kernel's command line.")
  var commandLine = ""

  @Option(help: "Seconds after which a machine without a terminal is ended, as a failure.")
  var timeLimit = 120

  @Argument(
    parsing: .postTerminator,
    help: "Arguments for QEMU, behind all others, so that they win.")
  var qemu: [String] = []

  /// The machine, with that ISO in its drive.
  func machine(starting iso: String, firmware: Machine.Firmware) -> Machine {
    var machine = Machine(start: .iso(iso))
    configure(&machine)
    machine.firmware = firmware
    machine.commandLine = commandLine
    machine.arguments = qemu
    return machine
  }

  /// Gives a machine its memory and its processors.
  func configure(_ machine: inout Machine) {
    machine.memory = memory
    machine.processorCount = processors
  }

  /// Boots a machine without a terminal, and prints its console as it comes.
  func run(_ machine: Machine) async throws -> Outcome {
    try await machine.boot(timeLimit: .seconds(timeLimit)) { session in
      while let line = await session.line() {
        try FileHandle.standardOutput.write(contentsOf: Data("\(line)\n".utf8))
      }
    }
  }
}

extension MemorySize: ExpressibleByArgument {
  /// Reads a size with a unit: `4G`. A number alone could be meant in bytes or in MiB.
  public init?(argument: String) {
    guard let last = argument.last, last.isLetter else { return nil }
    self.init(argument)
  }
}

extension Machine.Firmware: ExpressibleByArgument {}
