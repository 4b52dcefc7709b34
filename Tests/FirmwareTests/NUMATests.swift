import Addressing
import Firmware
import Memblock
import Testing

/// A machine with 1 GiB, as QEMU's PC has it.
private func machine(_ tables: [[UInt8]], _ commandLine: String = "") -> TestMachine {
  let machine = TestMachine([
    entry(0, 0x9_fc00, .usable), entry(0x9_fc00, 0xa_0000, .reserved),
    entry(0x10_0000, 0x3ffe_0000, .usable), entry(0x3ffe_0000, 0x4000_0000, .reserved),
  ])
  machine.tables = tables
  machine.commandLine = commandLine
  return machine
}

private func entry(_ start: UInt64, _ end: UInt64, _ type: MemoryType) -> MemoryMap.Entry {
  MemoryMap.Entry(
    AddressRange(from: PhysicalAddress(start), to: PhysicalAddress(end)), type)
}

private typealias A = ACPIBuilder

private let halves = [A.memory(0, 0, 0x2000_0000), A.memory(1, 0x2000_0000, 0x2000_0000)]

private func nodes(_ machine: TestMachine) -> [Int32] { machine.memory.map(\.node.value) }

@Suite struct NUMATests {
  @Test(.timeLimit(.minutes(1)))
  func fakeNodesStepOverAHoleOfTebibytes() throws {
    let far: UInt64 = 1 << 45
    let machine = TestMachine([
      entry(0, 0x9_fc00, .usable), entry(0x10_0000, 0x4000_0000, .usable),
      entry(far + 0x12_3000, far + 0x8000_0000, .usable),
    ])
    machine.commandLine = "numa=fake=3"
    try machine.boot()
    // What steps of 32 MiB come to as well, in a million of them.
    #expect(
      machine.lines("Faking node") == [
        "Faking node 0 at [mem 0x0000000000001000-0x00000000ffffffff] (4095MB)",
        "Faking node 1 at [mem 0x0000000100000000-0x000020003fffffff] (33551360MB)",
        "Faking node 2 at [mem 0x0000200040000000-0x000020007fffffff] (1024MB)",
      ])
  }

  @Test func processorsNumberTheNodes() throws {
    let machine = machine([A.srat(halves + [A.processor(1, apic: 0), A.x2apic(0, apic: 1)])])
    try machine.boot()
    #expect(nodes(machine) == [1, 1, 0])
    #expect(
      machine.lines("ACPI: SRAT: Node") == [
        "ACPI: SRAT: Node 1 PXM 0 [mem 0x00000000-0x1fffffff]",
        "ACPI: SRAT: Node 0 PXM 1 [mem 0x20000000-0x3fffffff]",
      ])
  }

  @Test func widestAPICsHaveNoNode() throws {
    // The domain of a processor that Linux can't number is numbered, but is no possible node.
    for (identifier, nodes) in [(32_767, 3), (32_768, 2), (32_769, 2)] as [(UInt32, Int)] {
      let machine = machine([A.srat([A.x2apic(7, apic: identifier)] + halves)])
      try machine.boot()
      #expect(machine.memory.map(\.node.value) == [1, 1, 2])
      #expect(machine.distances.count == nodes)
    }
  }

  @Test func processorsDomainsHaveAllTheirBits() throws {
    // The processor's domain is that of the second half: 0x300 if the upper bits are read, else 0.
    for (revision, domain) in [(1, 0), (2, 0x300), (3, 0x300)] as [(UInt8, UInt32)] {
      let processor = A.processor(0x300, apic: 0)
      let low = A.memory(1, 0, 0x2000_0000)
      let high = A.memory(domain, 0x2000_0000, 0x2000_0000)
      let machine = machine([A.srat(revision: revision, [processor, low, high])])
      try machine.boot()
      #expect(nodes(machine) == [1, 1, 0], "revision \(revision)")
    }
  }

  @Test func fakeNodesNeedTheirModule() throws {
    let line = Array("numa=fake=2".utf8)
    var log = TextLog()
    var map = MemoryMap()
    let options = BootOptions(reading: line.rawBytes, applyingTo: &map, log: &log)
    var memblock = Memblock()
    try memblock.add(AddressRange(at: PhysicalAddress(0), size: 1 << 30))
    var topology = NUMATopology()
    // As movable_node has it, until nodes are known.
    memblock.isBottomUp = true
    try topology.initialize(
      memblock: &memblock, tables: ACPITables(), options: options,
      endOfRAM: PageFrameNumber(1 << 18), log: &log)
    #expect(memblock.memory.count == 1 && memblock.isBottomUp == false)
    #expect(log.lines.contains { $0.hasPrefix("NUMA: numa=fake= is ignored") })
  }

  /// Fake nodes of one node are as near as it is to itself.
  @Test func fakeNodesHaveTheDistancesOfTheirNodes() throws {
    let machine = machine([A.srat(halves), A.slit([[10, 30], [30, 10]])], "numa=fake=2U")
    try machine.boot()
    #expect(
      machine.distances == [
        [10, 10, 30, 30], [10, 10, 30, 30], [30, 30, 10, 10], [30, 30, 10, 10],
      ])
  }

  /// A node without memory has nothing to cut, and keeps its domain under a number that is free.
  @Test func nodesWithoutMemoryMoveAsideForFakeOnes() throws {
    let machine = machine([A.srat([A.initiator(7)] + halves)], "numa=fake=2U")
    try machine.boot()
    #expect(nodes(machine) == [0, 0, 1, 2, 3])
    #expect(machine.distances.count == 5)
  }

  /// A rest of 32 MiB below 4 GiB is a node's, a smaller one goes to the node below.
  @Test func fakeNodesLeaveEnoughBelow4GiB() throws {
    for (size, end) in [("4032M", "-0x00000000fdffffff]"), ("4064M", "-0x00000000ffffffff]")] {
      let machine = TestMachine([
        entry(0x200_0000, 0x1_0000_0000, .usable), entry(0x1_0000_0000, 0x3_0000_0000, .usable),
      ])
      machine.kernel = AddressRange(at: PhysicalAddress(0x400_0000), size: 0x100_0000)
      machine.commandLine = "numa=fake=\(size)"
      try machine.boot()
      #expect(machine.lines("Faking node 0").first?.contains(end) == true)
    }
  }

  @Test func blocksAreAsManyAsNodes() {
    var blocks = NodeBlocks()
    var log = TextLog()
    for number in 0..<1025 as Range<UInt64> {
      let hasRoom = blocks.add(number << 12, (number + 1) << 12, node: NodeID(0), log: &log)
      #expect(hasRoom == (number < 1024))
    }
    // An empty one needs no room.
    let isFine = blocks.add(4096, 4096, node: NodeID(0), log: &log)
    #expect(isFine && blocks.count == 1024 && blocks[1023].start == 1023 << 12)
  }

  /// With movable_node they go upwards before: from the kernel's end, to stay on its node.
  @Test func allocationsGoDownwardsOnceNodesAreKnown() throws {
    let machine = machine([A.srat(halves)], "movable_node")
    try machine.boot()
    #expect(nodes(machine) == [0, 0, 1] && machine.isBottomUp == false)
  }

  @Test func setsOfNodesHaveAllNumbers() {
    var set = NodeSet()
    let numbers: [Int32] = [0, 63, 64, 65, 128, 1023]
    for number in numbers { set.insert(NodeID(number)) }
    for (index, number) in numbers.enumerated() {
      #expect(set.first?.value == number)
      set.remove(NodeID(number))
      #expect(numbers.map { set.contains(NodeID($0)) } == numbers.indices.map { $0 > index })
    }
    #expect(set.first == nil)
  }

  @Test func initiatorsCountAndDisabledOnesEndTheWalk() throws {
    let machine = machine([A.srat([A.initiator(7)] + halves)])
    try machine.boot()
    #expect(nodes(machine) == [1, 1, 2])
    #expect(machine.distances.count == 3)
    #expect(machine.lines("ACPI: Reserving SRAT table memory at [mem 0x").count == 1)
    let tooWide = NUMATests.halvesAfter([A.initiator(0x400)])
    try tooWide.boot()
    #expect(
      tooWide.lines("ACPI: SRAT: Too") == ["ACPI: SRAT: Too many proximity domains."])
    let other = NUMATests.halvesAfter([A.initiator(7, isEnabled: false), A.processor(1, apic: 0)])
    try other.boot()
    #expect(nodes(other) == [0, 0, 1])
  }

  static func halvesAfter(_ entries: [[UInt8]]) -> TestMachine {
    machine([A.srat(entries + halves)])
  }

  @Test func domainsHadEightBits() throws {
    let wide = [A.memory(0x300, 0, 0x2000_0000), A.memory(0x100, 0x2000_0000, 0x2000_0000)]
    let old = machine([A.srat(revision: 1, wide)])
    try old.boot()
    #expect(nodes(old) == [0, 0] && old.lines("No NUMA").isEmpty)
    let new = machine([A.srat(revision: 2, [A.processor(0x3ff, apic: 0)] + [wide[0]] + [halves[1]])]
    )
    try new.boot()
    #expect(nodes(new) == [1, 1, 2])
    let tooWide = machine([A.srat([A.memory(0x400, 0, 0x4000_0000)])])
    try tooWide.boot()
    #expect(
      tooWide.lines("ACPI: SRAT:") == [
        "ACPI: SRAT: Too many proximity domains.", "ACPI: SRAT: SRAT not used.",
      ])
    #expect(tooWide.lines("No NUMA").count == 1)
  }

  @Test func badEntriesCostTheTable() throws {
    for (spoilt, line) in [
      (
        [UInt8](arrayLiteral: 1, 24) + [UInt8](repeating: 0, count: 22),
        "Unexpected header length: 24"
      ),
      ([0, 12] + [UInt8](repeating: 0, count: 10), "SRAT not used."),
      ([2, 16] + [UInt8](repeating: 0, count: 14), "SRAT not used."),
      (A.processor(0x8000_0000, apic: 0), "SRAT not used."),
    ] {
      let machine = machine([A.srat(halves + [spoilt])])
      try machine.boot()
      #expect(machine.lines("ACPI: SRAT: ").contains("ACPI: SRAT: " + line))
      #expect(nodes(machine) == [0, 0])
      #expect(machine.lines("No NUMA").count == 1)
    }
    for (spoilt, line, isDisabled) in [
      ([1, 0, 0] as [UInt8], "ACPI: [SRAT:0x01] Invalid zero length at offset 0x80", false),
      ([1, 40, 0], "ACPI: [SRAT:0x01] entry passes the table's end at offset 0x80", true),
    ] {
      let machine = machine([A.srat(halves + [spoilt])])
      try machine.boot()
      #expect(machine.lines("ACPI: [SRAT").first == line)
      #expect(machine.lines("ACPI: SRAT: SRAT not used.").isEmpty != isDisabled)
      #expect(nodes(machine) == [0, 0])
    }
  }

  /// An entry of one byte is none that Linux knows, and not the table's end.
  @Test func entriesMayHaveOneByte() throws {
    let machine = machine([A.srat([[7] + halves[0], halves[1]])])
    try machine.boot()
    #expect(nodes(machine) == [0, 0, 1])
  }

  @Test func overlapsAreLinux() throws {
    let itself = machine([
      A.srat([A.memory(0, 0, 0x3000_0000), A.memory(0, 0x2000_0000, 0x2000_0000)])
    ])
    try itself.boot()
    #expect(
      itself.lines("Warning", "NUMA: Node") == [
        "Warning: node 0 [mem 0x00001000-0x2fffffff] overlaps with itself [mem "
          + "0x20000000-0x3ffdffff]",
        "NUMA: Node 0 [mem 0x00001000-0x2fffffff] + [mem 0x20000000-0x3ffdffff] -> [mem "
          + "0x00001000-0x3ffdffff]",
      ])
    let others = machine([
      A.srat([A.memory(0, 0, 0x3000_0000), A.memory(1, 0x2000_0000, 0x2000_0000)])
    ])
    try others.boot()
    #expect(
      others.lines("node ") == [
        "node 0 [mem 0x00001000-0x2fffffff] overlaps with node 1 [mem 0x20000000-0x3ffdffff]"
      ])
    #expect(others.lines("No NUMA").count == 1)
    #expect(nodes(others) == [0, 0])
  }

  @Test func tooMuchUncoveredIsNoNUMA() throws {
    let little = machine([A.srat([A.memory(0, 0, 0x3fee_0000)])])
    try little.boot()
    #expect(little.lines("No NUMA") == [])
    // The last 1 MiB is on no node, and that is not too much.
    #expect(nodes(little) == [0, 0, -1])
    let much = machine([A.srat([A.memory(0, 0, 0x3fed_f000)])])
    try much.boot()
    #expect(much.lines("No NUMA").count == 1)
    #expect(nodes(much) == [0, 0])
  }

  @Test func hotplugIsMarkedButForTheKernelsNode() throws {
    let machine = machine([
      A.srat([
        A.memory(0, 0, 0x1000_0000, flags: 3), A.memory(1, 0x1000_0000, 0x1000_0000, flags: 3),
        A.memory(0, 0x2000_0000, 0x1000_0000, flags: 3),
        A.memory(2, 0x3000_0000, 0x1000_0000, flags: 1),
        A.memory(3, 0x1_0000_0000, 0x1000_0000, flags: 3), A.memory(4, 0, 0x1000_0000, flags: 2),
      ])
    ])
    try machine.boot()
    #expect(nodes(machine) == [0, 0, 1, 0, 2])
    #expect(machine.memory.map(\.flags.rawValue) == [0, 0, 1, 0, 0])
    #expect(machine.distances.count == 4)
  }

  @Test func distancesAreSLITs() throws {
    let srat = A.srat([A.processor(1, apic: 0)] + halves)
    let good = machine([srat, A.slit([[10, 21], [31, 10]])])
    try good.boot()
    #expect(good.distances == [[10, 31], [21, 10]])
    #expect(good.lines("NUMA: Init") == ["NUMA: Initialized distance table, cnt=2"])
    for bad in [
      A.slit([[10, 10], [20, 10]]), A.slit([[11, 20], [20, 10]]),
      A.table("SLIT", Multiboot2Builder.little(UInt64(2)) + [10, 20, 20]),
      A.table("SLIT", Multiboot2Builder.little(UInt64.max) + [10]),
      A.table("SLIT", []),
    ] {
      let machine = machine([srat, bad])
      try machine.boot()
      #expect(machine.distances == [[10, 20], [20, 10]])
      #expect(machine.lines("ACPI: SLIT table") == ["ACPI: SLIT table looks invalid. Not used."])
    }
  }

  @Test func optionsTurnItOff() throws {
    for (option, line) in [
      ("numa=off", "NUMA turned off"), ("numa=noacpi", "No NUMA configuration found"),
      ("acpi=off", "No NUMA configuration found"),
    ] {
      let machine = machine([A.srat(halves)], option)
      try machine.boot()
      #expect(nodes(machine) == [0, 0])
      #expect(machine.log.lines.contains(line))
      #expect(
        machine.lines("Faking") == ["Faking a node at [mem 0x0000000000000000-0x000000003ffdffff]"])
    }
  }
}
