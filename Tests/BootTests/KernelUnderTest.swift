import Foundation
import SerialHarness
import Testing

/// The real ISO, whose path `make test` gives.
enum KernelUnderTest {
  /// The ISO that the boot tests start.
  static let iso = ProcessInfo.processInfo.environment["MEMBLOCK_ISO"]

  /// The ELF file that the ISO has, for gdb.
  static let elf = ProcessInfo.processInfo.environment["MEMBLOCK_KERNEL_ELF"]

  /// Boot tests are passed over where nobody built an ISO for them, and say so.
  static let isAvailable = ConditionTrait.enabled(
    if: iso != nil, "no MEMBLOCK_ISO: boot tests run by 'make test', which builds the ISO")

  /// A machine that starts from the ISO; from the one with the tests inside the kernel beside
  /// it, where the command line names one or that kernel is asked for.
  static func machine(_ commandLine: String = "", withTests: Bool = false) throws -> Machine {
    var iso = try #require(iso)
    if withTests || commandLine.contains("test=") {
      iso = iso.replacing(#/\.iso$/#, with: "-tests.iso")
    }
    var machine = Machine(testing: .iso(iso))
    machine.commandLine = commandLine
    return machine
  }
}

extension KernelUnderTest {
  /// A machine that starts the kernel's ELF file without a boot loader, in a tenth of the time: for
  /// what does not depend on how the kernel was loaded. Its backtraces have no names.
  static func directMachine(_ commandLine: String = "", withTests: Bool = false) throws -> Machine {
    var elf = try #require(elf)
    if withTests || commandLine.contains("test=") {
      elf = elf.replacing(#/\.elf$/#, with: "-tests.elf")
    }
    var machine = Machine(testing: .pvh(elf))
    machine.commandLine = commandLine
    return machine
  }
}

/// A machine with a name for the test's report.
struct NamedMachine: CustomTestStringConvertible, Sendable {
  var name: String
  var board = Machine.Board.q35
  var firmware = Machine.Firmware.bios
  /// Whether it starts without a boot loader, which takes a tenth of the time.
  var isDirect = false
  var processor = "max"
  var memory: MemorySize

  var testDescription: String { name }

  func machine(_ commandLine: String = "") throws -> Machine {
    var machine =
      isDirect
      ? try KernelUnderTest.directMachine(commandLine) : try KernelUnderTest.machine(commandLine)
    machine.board = board
    machine.firmware = firmware
    machine.processor = processor
    machine.memory = memory
    return machine
  }
}
