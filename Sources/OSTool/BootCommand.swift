import ArgumentParser
import Foundation
import SerialHarness
import SystemPackage

struct BootCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "boot", abstract: "Build the kernel and boot it in QEMU.",
    discussion: """
      On a terminal, the terminal is the machine's serial console, and the kernel gets the option \
      `monitor` and stays up; Ctrl-A X ends QEMU. Elsewhere the kernel runs its program and \
      ends; the status is then 0 if it reported success, and 1 for everything else.
      """)

  @OptionGroup var os: OSOptions
  @OptionGroup var options: MachineOptions

  @Option(help: "The machine's firmware: bios or uefi.")
  var firmware = Machine.Firmware.bios

  func run() async throws {
    let iso = try await BootImage.make(of: try await os.build().run())
    var machine = options.machine(starting: iso, firmware: firmware)
    let exit: Outcome.Exit
    if Terminal.isThere {
      machine.commandLine = "monitor \(machine.commandLine)"
      exit = try await machine.runOnTerminal()
    } else {
      exit = try await options.run(machine).exit
    }
    guard exit == .success else { throw OSError("\(exit)") }
  }
}
