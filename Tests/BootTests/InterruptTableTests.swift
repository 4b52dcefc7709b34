import Foundation
import SerialHarness
import Testing

/// Machines whose MADT says what is not so: each gets a line and a way on.
@Suite(KernelUnderTest.isAvailable)
struct InterruptTableTests {
  /// The local APICs' address, and that there are legacy controllers (ACPI 6.5, section 5.2.12).
  private static let head = bytes(of: 0xfee0_0000) + bytes(of: 1)

  private static func bytes(of word: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
  }

  private static func processor(_ apicID: UInt8) -> [UInt8] {
    [0, 8, apicID, apicID] + bytes(of: 1)
  }

  private static func controller(at address: UInt32, from first: UInt32) -> [UInt8] {
    [1, 12, 0, 0] + bytes(of: address) + bytes(of: first)
  }

  private static let realController = controller(at: 0xfec0_0000, from: 0)

  /// A machine of some processors, started directly with that MADT as its only table.
  private func machine(
    _ entries: [UInt8], processors: Int = 1, _ commandLine: String = ""
  ) throws -> Machine {
    var elf = try #require(KernelUnderTest.elf)
    if !commandLine.isEmpty { elf = elf.replacing(#/\.elf$/#, with: "-tests.elf") }
    let kernel = try KernelELF(Array(try Data(contentsOf: URL(filePath: elf))))
    let tables = ACPITableImage(
      [Machine.ACPITable("APIC", body: Self.head + entries)], at: 0x600000)
    var information = Multiboot2TagList()
    information.tags = [
      .commandLine(commandLine), .acpiRoot(tables.rootPointer),
      .memoryMap([
        Multiboot2TagList.MapEntry(start: 0, length: 0x9fc00, type: 1),
        Multiboot2TagList.MapEntry(start: 0x100000, length: 0x3f00000, type: 1),
      ]),
    ]
    var start = Machine.DirectStart(multiboot2: kernel, information: information, at: 0x500000)
    start.pieces.append(Machine.DirectStart.Piece(at: 0x600000, tables.bytes))
    var machine = Machine(testing: .direct(start))
    machine.board = .pc
    machine.memory = .mebibytes(64)
    machine.processorCount = processors
    return machine
  }

  /// I/O APICs in RAM, where nothing is, and with interrupts that have no numbers: the legacy
  /// controllers do instead, and no RAM is written to.
  @Test func controllersThatAreNotThere() async throws {
    let addresses: [(UInt32, UInt32)] = [(0x100_0000, 0), (0xfd00_0000, 24), (0xfec0_0000, .max)]
    let machine = try machine(
      Self.processor(0) + addresses.flatMap { Self.controller(at: $0.0, from: $0.1) },
      "test=interrupts")
    let outcome = try await machine.boot(timeLimit: .seconds(60))
    try outcome.require("the local APIC raises a vector ... ok")
    try outcome.require("a handler may allocate ... ok")
    let lines = outcome.lines.filter { $0.contains("its lines are not used") }
    for (address, _) in addresses {
      let text = "\(String(address, radix: 16)) is not there"
      #expect(lines.contains { $0.contains(text) }, "\(text): \(outcome.report())")
    }
  }

  /// Those that come are used, each once; the others get a line each.
  @Test func processorsThatDoNotStart() async throws {
    let ids: [UInt8] = [0, 7, 1, 1, 0, 9]
    let outcome = try await machine(
      ids.flatMap(Self.processor) + Self.realController, processors: 2
    ).boot(timeLimit: .seconds(60))
    try outcome.check(.success)
    for id in [7, 9] {
      try outcome.require("the one with the local APIC \(id) does not start")
    }
    try outcome.require("Processors: 2 of 4 run")
  }

  /// The machine has more processors than its table tells: those are left alone.
  @Test func processorsThatAreNotNamed() async throws {
    let outcome = try await machine(
      Self.processor(0) + Self.processor(2) + Self.realController, processors: 4
    ).boot(timeLimit: .seconds(60))
    try outcome.check(.success)
    try outcome.require("Processors: 2 of 2 run")
  }

  /// What comes before the entry is used; 44 bytes are the table's head.
  @Test(
    arguments: [
      ([0, 200, 1, 1, 1, 0, 0, 0], " reaches beyond the table"),
      ([0, 0, 1, 1, 1, 0, 0, 0], " reaches beyond the table"),
      ([0, 4, 1, 1], " is too short for its kind"),
    ] as [([UInt8], String)])
  func entriesThatAreCutShort(entry: [UInt8], problem: String) async throws {
    let first = Self.processor(0) + Self.processor(1) + Self.realController
    let outcome = try await machine(first + entry, processors: 2).boot(timeLimit: .seconds(60))
    try outcome.check(.success)
    try outcome.require("the MADT's entry at byte \(44 + first.count)\(problem)")
    try outcome.require("Processors: 2 of 2 run")
  }
}
