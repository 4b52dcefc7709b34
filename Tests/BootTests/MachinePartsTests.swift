import SerialHarness
import Testing

/// What the kernel's machine offers to a program: interrupts, time, memory and power.
@Suite(KernelUnderTest.isAvailable)
struct MachinePartsTests {
  private func machine(_ commandLine: String) throws -> Machine {
    var machine = try KernelUnderTest.machine(commandLine)
    machine.memory = .mebibytes(256)
    return machine
  }

  private func check(_ machine: Machine, tests: Int) async throws -> Outcome {
    let outcome = try await machine.boot(timeLimit: .seconds(120))
    let report = try TestReport(lines: outcome.lines)
    for test in report.tests {
      #expect(test.failure == nil, "\(test.name): \(outcome.report())")
    }
    #expect(report.tests.count == tests)
    return try outcome.check(.success)
  }

  /// All of the machine's clocks count the instructions that it executes, a nanosecond each, and what
  /// it sleeps is passed over: what the host does meanwhile does not matter.
  private static let countingInstructions = ["-icount", "shift=0,sleep=off", "-rtc", "clock=vm"]

  /// One instruction is one tick of the time-stamp counter here.
  @Test func anInterruptTakesAtMost120Instructions() async throws {
    var machine = try machine("test=interrupts")
    machine.arguments += Self.countingInstructions
    let outcome = try await check(machine, tests: 7)
    try checkClockLine(outcome)
    let line = try outcome.require("interrupt entry to handler and back: ")
    let cost = try #require(line.firstMatch(of: #/back: (\d+) ticks/#)).1
    print("interrupt entry to handler and back: \(cost) instructions")
    #expect(try #require(Int(cost)) <= 120)
  }

  /// 32 periods of 1/64 s, by the machine's own time.
  private func checkClockLine(_ outcome: Outcome) throws {
    let line = try outcome.require("33 interrupts of the clock's line: ")
    let time = try #require(line.firstMatch(of: #/line: (\d+) ms/#)).1
    #expect((490...510).contains(try #require(Int(time))), "\(line)")
  }

  /// The legacy controllers take over where ACPI names no others.
  @Test(arguments: ["interrupts", "mapping", "clock"])
  func withoutACPI(group: String) async throws {
    var machine = try machine("test=\(group) acpi=off")
    machine.arguments += Self.countingInstructions
    let outcome = try await check(
      machine, tests: ["interrupts": 7, "mapping": 5, "clock": 4][group]!)
    if group == "interrupts" { try checkClockLine(outcome) }
    if group == "clock" { try outcome.require("measured by the PIT") }
  }

  @Test func theACPITimerMeasuresWhereThereIsNoHPET() async throws {
    var machine = try machine("test=clock")
    machine.arguments += ["-machine", "hpet=off"]
    try await check(machine, tests: 4).require("measured by the ACPI timer")
  }

  @Test(arguments: Machine.Firmware.allCases)
  func whatWasFoundIsRight(firmware: Machine.Firmware) async throws {
    var machine = try machine("test=found")
    machine.firmware = firmware
    machine.processorCount = 3
    _ = try await check(machine, tests: 4)
  }

  @Test func aThousandTicksTakeTenSeconds() async throws {
    var machine = try machine("test=ticks")
    machine.arguments += Self.countingInstructions
    _ = try await check(machine, tests: 1)
  }

  @Test(arguments: Machine.Firmware.allCases)
  func theMachineIsSwitchedOff(firmware: Machine.Firmware) async throws {
    var machine = try machine("test=power-off")
    machine.firmware = firmware
    try await machine.boot(timeLimit: .seconds(60)).check(.stopped(.powerOff))
  }

  @Test(arguments: Machine.Firmware.allCases, ["", " acpi=off"])
  func theMachineIsReset(firmware: Machine.Firmware, options: String) async throws {
    var machine = try machine("test=reset\(options)")
    machine.firmware = firmware
    try await machine.boot(timeLimit: .seconds(60)).check(.stopped(.reset))
  }

  @Test func withoutACPIPowerOffSaysThatItCant() async throws {
    let outcome = try await machine("test=power-off acpi=off").boot(timeLimit: .seconds(60)) {
      session in
      try await session.line(containing: "can't be switched off by the kernel; it is halted")
      // QEMU ends before it answers.
      _ = try? await session.qmp("quit")
    }
    try outcome.check(.stopped(.host))
  }
}
