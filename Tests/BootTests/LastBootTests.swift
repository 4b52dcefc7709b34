import Foundation
import SerialHarness
import Testing

/// What the next boot says of the last one, whose log is still in memory.
@Suite(KernelUnderTest.isAvailable)
struct LastBootTests {
  @Test func theNextBootSaysHowTheLastOneEnded() async throws {
    var machine = try KernelUnderTest.directMachine("monitor")
    machine.hasExitDevice = false
    let outcome = try await machine.boot(timeLimit: .seconds(120)) { session in
      try await session.prompt("> ")
      try await session.reset()
      try await session.line(containing: "Last boot: it did not end: the machine was reset")
      try await session.prompt("> ")
      try await session.type("reboot\n")
      try await session.line(containing: "Last boot: it restarted the machine; ")
      try await session.prompt("> ")
      try await session.type("fault divide\n")
      try await session.line(containing: "System halted.")
      try await session.reset()
      try await session.line(containing: "Last boot: it ended with an exception; ")
      try await session.prompt("> ")
      try await session.type("exit\n")
    }
    try outcome.check(.stopped(.powerOff))
    #expect(outcome.lines.first { $0.hasPrefix("Boot log allocated") } != nil)
  }

  /// Firmware and boot loader run in between, and leave what is above 4 GiB alone.
  @Test(arguments: Machine.Firmware.allCases)
  func theLogOutlivesTheFirmware(_ firmware: Machine.Firmware) async throws {
    var machine = try KernelUnderTest.machine("monitor")
    machine.firmware = firmware
    machine.memory = .gibibytes(5)
    let outcome = try await machine.boot(timeLimit: .seconds(180)) { session in
      try await session.prompt("> ")
      try await session.reset()
      try await session.line(containing: "Last boot: it did not end: ")
      try await session.prompt("> ")
      try await session.type("exit\n")
    }
    try outcome.check(.success)
  }

  @Test func aDamagedLogIsRefused() async throws {
    let clean = try await machine().boot()
    try clean.check(.success)
    #expect(clean.line(containing: "Last boot") == nil)
    let line = try clean.require("Boot log allocated")
    let place = try #require(line.firstMatch(of: #/\[mem 0x([0-9a-f]+)-/#)?.1)
    let damaged = try await machine(
      log: (
        at: try #require(UInt32(place, radix: 16)),
        // The magic number, 3 bytes written, no ending, and a check sum that is not theirs.
        bytes: Array("ring log".utf8) + [3] + Array(repeating: 0, count: 23) + Array("abc".utf8)
      )
    ).boot()
    try damaged.check(.success)
    try damaged.require("Last boot: its log is damaged, and not used: its check sum is wrong")
  }

  /// A machine with 64 MiB, and something where the log is going to be.
  private func machine(log: (at: UInt32, bytes: [UInt8])? = nil) throws -> Machine {
    let elf = try #require(KernelUnderTest.elf)
    var information = Multiboot2TagList()
    information.tags = [
      .memoryMap([
        .init(start: 0, length: 0x9f000, type: 1), .init(start: 1 << 20, length: 63 << 20, type: 1),
      ])
    ]
    var start = Machine.DirectStart(
      multiboot2: try KernelELF(Array(try Data(contentsOf: URL(filePath: elf)))),
      information: information, at: 0x500000)
    if let log { start.pieces.append(.init(at: log.at, log.bytes)) }
    var machine = Machine(testing: .direct(start))
    machine.board = .pc
    machine.memory = .mebibytes(64)
    return machine
  }
}
