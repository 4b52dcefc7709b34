import Testing

@testable import SerialHarness

/// How much memory a recorded map's machine has, and where.
@Suite struct RecordedMachineTests {
  private static let kernel = try? KernelELF(
    [0x7f, 0x45, 0x4c, 0x46, 2, 1] + [UInt8](repeating: 0, count: 58))

  private func machine(_ entries: [String]) throws -> Machine {
    let lines = entries.map { "BIOS-e820: [mem \($0)" }
    return try RecordedMachine(lines: lines).machine(starting: try #require(Self.kernel))
  }

  @Test func memoryEndsWhereTheMapDoes() throws {
    let small = try machine([
      "0x0000000000100000-0x000000001fefffff] usable",
      "0x000000001ff00000-0x000000001ff00fff] ACPI NVS",
      "0x00000000e0000000-0x00000000efffffff] reserved",
    ])
    #expect(small.board == .pc && small.memory == .mebibytes(512))
    let high = try machine([
      "0x0000000000100000-0x000000007fffffff] usable",
      "0x0000000100000000-0x000000013fffffff] usable",
    ])
    #expect(high.board == .pc && high.memory == .gibibytes(4) && high.processor == "max")
    #expect(high.arguments == ["-machine", "max-ram-below-4g=\(3 << 30)"])
  }

  /// With PCI, QEMU has no memory from 3 to 4 GiB below more of it.
  @Test func memoryAboveThreeGibibytes() throws {
    let machine = try machine([
      "0x0000000000100000-0x00000000efffffff] usable",
      "0x0000000100000000-0x000000010fffffff] usable",
    ])
    #expect(machine.board == .isapc && machine.memory == .mebibytes(4096))
    #expect(machine.arguments == ["-machine", "max-ram-below-4g=\(0xf000_0000)"])
  }

  /// Below 1 TiB, QEMU has no memory for AMD's processors.
  @Test func memoryOfTebibytes() throws {
    let machine = try machine([
      "0x0000000000100000-0x00000000bfffffff] usable",
      "0x0000000100000000-0x000001ffffffffff] usable",
    ])
    #expect(machine.processor == "max,vendor=GenuineIntel")
    #expect(machine.memory == .gibibytes(2047))
  }

  @Test func mapsThatNoKernelCanStartWith() {
    #expect(throws: RecordedMachine.Problem.self) { try RecordedMachine(lines: []) }
    #expect(throws: RecordedMachine.Problem.self) {
      try machine(["0x0000000000300000-0x00000000efffffff] usable"])
    }
    #expect(throws: RecordedMachine.Problem.self) {
      try machine(["0x0000000000100000-0x00000000efffffff] nonsense"])
    }
  }

  @Test func affinityIsReadWhereverItStands() {
    let line = "[    0.1] ACPI: SRAT: Node 1 PXM 7 [mem 0x100000000-0x1ffffffff] hotplug"
    let affinity = RecordedMachine.Affinity(line: line)
    #expect(
      affinity
        == RecordedMachine.Affinity(
          node: 1, domain: 7, range: 0x1_0000_0000...0x1_ffff_ffff, isHotPluggable: true))
    #expect(RecordedMachine.Affinity(line: "SRAT: Node 1 PXM x") == nil)
  }
}
