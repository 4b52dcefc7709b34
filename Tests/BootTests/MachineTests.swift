import SerialHarness
import Testing

/// The whole boot on machines of all kinds and sizes, with every check on what it says.
@Suite(KernelUnderTest.isAvailable)
struct MachineTests {
  static let machines = [
    NamedMachine(
      name: "pc, qemu64, 64 MiB", board: .pc, processor: "qemu64", memory: .mebibytes(64)),
    NamedMachine(name: "q35, max, 128 MiB", memory: .mebibytes(128)),
    NamedMachine(name: "pc, max, 1 GiB", board: .pc, isDirect: true, memory: .gibibytes(1)),
    NamedMachine(name: "q35, qemu64, 4 GiB", processor: "qemu64", memory: .gibibytes(4)),
    NamedMachine(
      name: "pc, qemu64, 6 GiB", board: .pc, isDirect: true, processor: "qemu64",
      memory: .gibibytes(6)),
    NamedMachine(name: "q35, max, 64 GiB", isDirect: true, memory: .gibibytes(64)),
    NamedMachine(
      name: "pc, max, 1 TiB", board: .pc, isDirect: true, memory: .gibibytes(1 << 10)),
    NamedMachine(
      name: "pc, UEFI, qemu64, 128 MiB", board: .pc, firmware: .uefi, processor: "qemu64",
      memory: .mebibytes(128)),
    NamedMachine(name: "q35, UEFI, max, 4 GiB", firmware: .uefi, memory: .gibibytes(4)),
  ]

  @Test(arguments: machines)
  func everyByteIsAccountedFor(_ machine: NamedMachine) async throws {
    let outcome = try await machine.machine().boot(timeLimit: .seconds(60))
    try MemoryAudit(outcome).check()
  }

  @Test func nodesWithAndWithoutMemory() async throws {
    var machine = try KernelUnderTest.directMachine()
    machine.processorCount = 2
    machine.memory = .gibibytes(3)
    machine.nodes = [
      Machine.Node(memory: .gibibytes(1), processors: [0]),
      Machine.Node(memory: nil, processors: [1]),
      Machine.Node(memory: .gibibytes(2)),
    ]
    let outcome = try await machine.boot(timeLimit: .seconds(60))
    let audit = try MemoryAudit(outcome)
    try audit.check()
    // Linux numbers domains as it meets them: the one with processors only comes last.
    let nodes = Set(audit.log.nodeRanges.map(\.node))
    #expect(nodes.count == 2, "\(outcome.report())")
    #expect(Set(audit.dump.memory.map(\.node)) == Set(nodes.map { $0 }))
    #expect(Set(audit.log.freeBlocks.map(\.node)) == nodes)
  }

  @Test func aProcessorWithoutLongModeIsToldSo() async throws {
    var machine = try KernelUnderTest.directMachine()
    machine.processor = "qemu32"
    machine.memory = .mebibytes(128)
    let outcome = try await machine.boot(timeLimit: .seconds(30))
    try outcome.check(.failure)
    #expect(outcome.lines.contains { $0.contains("64-bit") || $0.contains("long mode") })
  }
}
