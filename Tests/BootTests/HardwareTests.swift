import Foundation
import SerialHarness
import Testing

/// What a person sees of a boot without a serial port, and machines that lack what a PC has.
@Suite(KernelUnderTest.isAvailable)
struct HardwareTests {
  private static let entryCodes: [UInt64] = [1, 2, 3]
  private static let bootCodes: [UInt64] = [
    0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a,
    0x1b,
  ]

  @Test func everyStepHasACodeOnPort80() async throws {
    var machine = try KernelUnderTest.directMachine()
    machine.board = .pc
    let (outcome, trace) = try await WriteTrace.boot(machine)
    try outcome.check(.success)
    #expect(trace.codes == Self.entryCodes + Self.bootCodes)
    let steps = outcome.lines.compactMap { $0.firstMatch(of: #/^Step 0x([0-9a-f]+): ./#)?.1 }
    #expect(steps.compactMap { UInt64($0, radix: 16) } == Self.bootCodes, "\(outcome.report())")
  }

  /// Boot information that is too short: the boot ends before any screen is known.
  @Test func aBootThatEndsEarlyIsSeenOnTheTextScreen() async throws {
    let elf = try #require(KernelUnderTest.elf)
    let kernel = try KernelELF(Array(try Data(contentsOf: URL(filePath: elf))))
    var start = Machine.DirectStart(
      multiboot2: kernel, information: Multiboot2TagList(), at: 0x500000)
    start.pieces.append(Machine.DirectStart.Piece(at: 0x500000, [8, 0, 0, 0]))
    var machine = Machine(testing: .direct(start))
    machine.board = .pc
    machine.arguments = ["-vga", "std"]
    let (outcome, trace) = try await WriteTrace.boot(machine)
    try outcome.check(.failure)
    #expect(trace.codes == Self.entryCodes + [0x10, 0x11])
    let screen = trace.textScreen
    #expect(screen.hasPrefix("Step 0x10: "))
    #expect(screen.contains("Kernel panic: the boot information can't be read"), "\(screen)")
  }

  /// What the 32-bit code refuses has come as far as the digits say, on a screen without Swift.
  @Test func theFirstStepsAreDigitsOnTheTextScreen() async throws {
    var machine = try KernelUnderTest.directMachine()
    machine.board = .pc
    machine.processor = "qemu32"
    machine.arguments = ["-vga", "std"]
    let (outcome, trace) = try await WriteTrace.boot(machine)
    try outcome.check(.failure)
    #expect(trace.codes == [1])
    #expect(trace.writes.contains { $0.device == "vga-lowmem" && $0.value == 0x31 })
    #expect(trace.textScreen.contains("this processor has no long mode"), "\(trace.textScreen)")
  }

  /// The time-stamp counter has nothing to be measured by.
  @Test func withoutATimerToMeasureBy() async throws {
    var machine = try KernelUnderTest.directMachine("test=clock")
    machine.board = .microvm
    machine.arguments = ["-machine", "pit=off,pic=off,rtc=off"]
    let outcome = try await machine.boot(timeLimit: .seconds(60))
    try outcome.require("counts 1000000 kHz, as nothing can measure it")
    // How exactly timers come depends on how busy the host is; that they come does not.
    try outcome.require("timers come in their order, once ... ok")
    try outcome.require("tests: ")
  }

  /// Clocks work; timers, which the local APIC would bring, are refused.
  @Test func withoutALocalAPIC() async throws {
    var machine = try KernelUnderTest.directMachine("test=clock")
    machine.board = .isapc
    machine.processor = "max,-apic"
    let outcome = try await machine.boot(timeLimit: .seconds(60))
    try outcome.check(.failure)
    try outcome.require("this processor has no local APIC: lines come, timers don't")
    try outcome.require("FAILED: no timer")
  }

  /// No PCI, no interval timer, no clock, no legacy interrupt controller, no keyboard.
  @Test func withoutWhatAPCHas() async throws {
    var machine = try KernelUnderTest.directMachine("monitor")
    machine.board = .microvm
    machine.arguments = ["-machine", "pit=off,pic=off,rtc=off"]
    let outcome = try await machine.boot(timeLimit: .seconds(60)) { session in
      try await session.prompt("> ")
      try await session.type("date\n")
      try await session.line(containing: "the machine's clock shows no time")
      try await session.type("exit\n")
    }
    try outcome.check(.success)
  }
}
