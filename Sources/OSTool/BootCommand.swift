import ArgumentParser
import Foundation
import SerialHarness

struct BootCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "boot", abstract: "Build the kernel and boot it in QEMU.",
    discussion: """
      On a terminal, the terminal is the machine's serial console, and the kernel gets the option \
      `monitor`, by which runMonitorIfAsked() stays up; Ctrl-A X ends QEMU. Elsewhere the kernel runs \
      its program and ends; the status is then 0 if it reported success, and 1 for everything else.
      """)

  /// How the machine comes to the kernel.
  enum Start: String, CaseIterable, ExpressibleByArgument {
    case iso, usb, pvh
  }

  @OptionGroup var os: OSOptions
  @OptionGroup var options: MachineOptions

  @Option(help: "The machine's firmware: bios or uefi.")
  var firmware = Machine.Firmware.bios

  @Option(
    help: "From what it starts: iso, a CD; usb, that on a stick; pvh, the kernel without a loader.")
  var start = Start.iso

  @Option(
    help: ArgumentHelp(
      "The log of a real machine, whose memory this one has, whatever --memory says; without firmware.",
      valueName: "log"))
  var recorded: String?

  @Option(
    help: ArgumentHelp(
      "What is built already: the ISO, or the ELF file for --start pvh and --recorded.",
      valueName: "file"))
  var image: String?

  func run() async throws {
    let commandLine =
      Terminal.isInteractive ? "monitor \(options.commandLine)" : options.commandLine
    var machine = try await machine(commandLine)
    machine.arguments += options.qemu
    let exit =
      Terminal.isInteractive
      ? try await machine.runOnTerminal() : try await options.run(machine).exit
    guard exit == .success else { throw OSError("\(exit)") }
  }

  /// The machine with what it starts, but for the arguments that are QEMU's.
  private func machine(_ commandLine: String) async throws -> Machine {
    if let recorded {
      let kernel = try KernelELF(Array(try Data(contentsOf: try await kernel())))
      let log = try String(contentsOfFile: recorded, encoding: .utf8)
      do {
        return try RecordedMachine(lines: log.split(separator: "\n").map(String.init))
          .machine(starting: kernel, commandLine: commandLine)
      } catch {
        throw OSError("\(recorded): \(error)")
      }
    }
    var machine =
      switch start {
      case .iso: Machine(start: .iso(try await iso()))
      case .usb: Machine(start: .usbStick(try await iso()))
      case .pvh: Machine(start: .pvh(try await kernel().path))
      }
    options.configure(&machine)
    machine.firmware = firmware
    machine.commandLine = commandLine
    return machine
  }

  private func kernel() async throws -> URL {
    if let image { return URL(filePath: image) }
    return try await os.build().run()
  }

  private func iso() async throws -> String {
    if let image { return image }
    return try await BootImage.make(of: try await os.build().run())
  }
}
