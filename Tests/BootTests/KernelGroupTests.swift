import SerialHarness
import Testing

/// The tests that run inside the kernel, on the page allocator and the heap of a real boot.
@Suite(KernelUnderTest.isAvailable)
struct KernelGroupTests {
  @Test(arguments: [
    NamedMachine(name: "q35, max, 1 GiB", memory: .gibibytes(1)),
    NamedMachine(
      name: "pc, qemu64, 96 MiB", board: .pc, isDirect: true, processor: "qemu64",
      memory: .mebibytes(96)),
    NamedMachine(name: "q35, UEFI, max, 512 MiB", firmware: .uefi, memory: .mebibytes(512)),
  ])
  func allPass(_ machine: NamedMachine) async throws {
    let outcome = try await machine.machine("test=all").boot(timeLimit: .seconds(120))
    guard let report = try? TestReport(lines: outcome.lines) else {
      throw BootFailure("a whole report of the tests", outcome)
    }
    for test in report.tests {
      #expect(test.failure == nil, "\(test.name): \(outcome.report())")
    }
    #expect(report.tests.count >= 9)
    try outcome.check(.success)
  }

  @Test func aTestWithoutANameFails() async throws {
    var machine = try KernelUnderTest.directMachine("test=no-such-test")
    machine.memory = .mebibytes(128)
    let outcome = try await machine.boot(timeLimit: .seconds(30))
    try outcome.check(.failure)
    try outcome.require("no-such-test")
  }

  @Test func theMonitorAnswers() async throws {
    var machine = try KernelUnderTest.directMachine("monitor")
    machine.memory = .mebibytes(128)
    let outcome = try await machine.boot(timeLimit: .seconds(30)) { session in
      try await session.prompt("> ")
      try await session.type("zoneinfo\n")
      try await session.line(containing: "Node 0, zone    DMA32")
      try await session.type("nonsense\n")
      try await session.line(containing: "no such command")
      try await session.type("exit\n")
    }
    try outcome.check(.success)
  }
}
