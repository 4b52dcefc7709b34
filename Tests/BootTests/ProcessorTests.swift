import SerialHarness
import Testing

/// Machines with several processors: all of them run, share memory, and stop together.
@Suite(KernelUnderTest.isAvailable)
struct ProcessorTests {
  /// A machine with a number of processors, and how many of them are to run.
  struct Case: CustomTestStringConvertible, Sendable {
    var count: Int
    var running: Int
    var firmware = Machine.Firmware.bios
    var board = Machine.Board.q35
    var commandLine = ""

    var testDescription: String { "\(count) processors, \(firmware), \(board) \(commandLine)" }
  }

  @Test(arguments: [
    Case(count: 2, running: 2, board: .pc),
    Case(count: 8, running: 8),
    Case(count: 8, running: 8, firmware: .uefi),
    Case(count: 8, running: 3, commandLine: "maxcpus=3"),
    Case(count: 64, running: 64),
    Case(count: 255, running: 255),
  ])
  func allAreStarted(_ machine: Case) async throws {
    var description = try KernelUnderTest.machine(machine.commandLine)
    description.processorCount = machine.count
    description.firmware = machine.firmware
    description.board = machine.board
    // Each is a thread of the host's. How long it takes is what `make boot-figures` measures.
    let outcome = try await description.boot(timeLimit: .seconds(120 + 2 * machine.count))
    try outcome.check(.success)
    let line = try outcome.require("Processors: \(machine.running) of ")
    #expect(line == "Processors: \(machine.running) of \(machine.running) run")
  }

  @Test func oneProcessorIsNothingToTell() async throws {
    let outcome = try await KernelUnderTest.machine().boot(timeLimit: .seconds(60))
    try outcome.check(.success)
    #expect(outcome.line(containing: "Processors:") == nil)
  }

  /// Page and heap operations, mapping and unmapping, on eight processors at once.
  @Test func memoryIsSharedByAll() async throws {
    var machine = try KernelUnderTest.machine("test=processors")
    machine.processorCount = 8
    let outcome = try await check(machine, tests: 6)
    let line = try outcome.require("Shootdowns: ")
    #expect(line.contains(#/^Shootdowns: [1-9][0-9]+ over 8 processors, [1-9][0-9]* ns each$/#))
  }

  /// Threads, programs, timers and the registration of handlers on several processors at once, with page
  /// tables of four levels and of five.
  @Test(arguments: ["threads", "users", "processors", "mapping"], ["", " la57"])
  func groupsPassOnFour(group: String, options: String) async throws {
    var machine = try KernelUnderTest.directMachine("test=\(group)\(options)")
    machine.processorCount = 4
    let outcome = try await check(machine, tests: ["users": 6, "processors": 6][group] ?? 5)
    if !options.isEmpty { try outcome.require("Page tables: five levels") }
  }

  /// However an idle processor stops, nothing that is to wake it is lost: work from others, a switch of
  /// threads, a timer. QEMU has MWAIT, and says that it saves nothing there.
  @Test(arguments: ["", "idle=mwait", "idle=halt"], ["processors", "threads", "clock"])
  func idleProcessorsWake(option: String, group: String) async throws {
    var machine = try KernelUnderTest.directMachine("test=\(group) \(option)")
    machine.processorCount = group == "clock" ? 1 : 4
    let outcome = try await check(machine, tests: ["processors": 6, "clock": 4][group] ?? 5)
    let usesMWAIT = outcome.line(containing: "Idle processors stop by mwait") != nil
    #expect(usesMWAIT == (option == "idle=mwait"))
  }

  @Test(arguments: ["idle=mwait", "idle=poll"])
  func whatTheProcessorCannotIsNotUsed(option: String) async throws {
    var machine = try KernelUnderTest.directMachine("test=clock \(option)")
    machine.processor = "max,-monitor"
    let outcome = try await check(machine, tests: 4)
    #expect(outcome.line(containing: "Idle processors stop by mwait") == nil)
    let complaint = outcome.line(containing: "idle: mwait, nomwait or halt is wanted")
    #expect((complaint != nil) == (option == "idle=poll"))
  }

  /// A machine on which the kernel has mapped nothing before the first program.
  @Test func theFirstMappingIsSeenByPrograms() async throws {
    var machine = try KernelUnderTest.directMachine("test=users acpi=off")
    machine.board = .isapc
    machine.processor = "max,-apic"
    let outcome = try await machine.boot(timeLimit: .seconds(60))
    try outcome.require("the kernel's new mappings are seen in all address spaces ... ok")
    // Without a local APIC there are no timers.
    try outcome.require("tests: 5 passed, 1 failed")
  }

  private func check(_ machine: Machine, tests: Int) async throws -> Outcome {
    let outcome = try await machine.boot(timeLimit: .seconds(120))
    guard let report = try? TestReport(lines: outcome.lines) else {
      throw BootFailure("a whole report of the tests", outcome)
    }
    #expect(report.failures.isEmpty, "\(outcome.report())")
    #expect(report.tests.count == tests)
    return try outcome.check(.success)
  }

  /// A processor that has no fifth level says so, and has four.
  @Test func withoutAFifthLevel() async throws {
    var machine = try KernelUnderTest.directMachine("la57")
    machine.processor = "max,-la57"
    let outcome = try await machine.boot(timeLimit: .seconds(60))
    try outcome.check(.success)
    try outcome.require("Page tables: four levels: this processor has no more")
  }

  @Test func aPanicStopsTheOthersAndSaysWhoseItIs() async throws {
    var machine = try KernelUnderTest.machine("test=panic-elsewhere")
    machine.processorCount = 4
    let outcome = try await machine.boot(timeLimit: .seconds(60))
    try outcome.check(.failure)
    try outcome.require("Processor 3 ends the run; 3 of 3 others stopped")
    try outcome.require("Fatal error: on purpose, on processor 3")
    // The way back is on a stack of the processor's own.
    try outcome.require("processor_start")
  }

  @Test func aStackThatOverflowsElsewhereIsReported() async throws {
    var machine = try KernelUnderTest.machine("test=overflow-elsewhere")
    machine.processorCount = 4
    let outcome = try await machine.boot(timeLimit: .seconds(60))
    try outcome.check(.failure)
    try outcome.require("Processor 3 ends the run; 3 of 3 others stopped")
    try outcome.require("Exception 8:")
    try outcome.require("Stack overflow: the stack ran into its guard page.")
  }
}
