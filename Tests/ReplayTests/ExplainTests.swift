import Addressing
import Foundation
import LogReading
import Memblock
import MemblockTrace
import Replay
import Testing

struct ExplainTests {
  private static let logs = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../MemblockToolTests/Data")

  private static func read(_ text: String) -> BootLog {
    var reader = LogReader()
    reader.read(Array(text.utf8).span)
    return reader.finish()
  }

  /// What is pointed out in a log, as its kind and its text.
  private func findings(_ text: String, commandLine: String? = nil) throws -> [String] {
    let log = Self.read(text)
    var machine = try #require(ReplayMachine(log))
    if let commandLine { machine.commandLine = commandLine }
    let memory = try #require(SparseMemory())
    let replay = withExtendedLifetime(memory) { BootReplay(machine, in: memory.window) }
    return Findings(log, machine, replay).all.map { finding in
      "\(finding.kind): \(finding.text) @\(finding.lines.map { "\($0.number)" }.joined(separator: ","))"
    }
  }

  /// A machine with nothing to point out but what every PC has.
  static let plain = """
    BIOS-e820: [mem 0x0000000000000000-0x000000000009ffff] usable
    BIOS-e820: [mem 0x00000000000a0000-0x00000000000fffff] reserved
    BIOS-e820: [mem 0x0000000000100000-0x000000003fffffff] usable

    """
  static let firstPage =
    "notInMemory: 0x0-0xfff, 4 KiB, is usable in the firmware's map and not in memory: "
    + "the first page belongs to the BIOS @1"

  @Test func aPlainMachine() throws {
    #expect(try findings(Self.plain) == [Self.firstPage])
  }

  @Test(arguments: [
    (
      "BIOS-e820: [mem 0x0000000040000000-0x00000000400013ff] usable",
      "pageBorder: 1 KiB of RAM are lost: 0x100000-0x400013ff begins or ends within a page @3,4"
    ),
    (
      "BIOS-e820: [mem 0x0000000050000400-0x00000000500008ff] usable",
      "pageBorder: 1.2 KiB of RAM are lost: there is no whole page in 0x50000400-0x500008ff @4"
    ),
    (
      "BIOS-e820: [mem 0x0000000010000000-0x0000000010000fff] ACPI NVS",
      "overlap: two entries overlap at 0x10000000-0x10000fff: ACPI NVS wins over usable @3,4"
    ),
    (
      "BIOS-e820: [mem 0x0000000010000000-0x0000000010000fff] usable",
      "overlap: two entries overlap at 0x10000000-0x10000fff: both say usable @3,4"
    ),
    (
      "BIOS-e820: [mem 0x0000000080000000-0x00000000800fffff] reserved",
      "gapBelow4GiB: nothing is said of 0x40000000-0x7fffffff, 1 GiB: room for devices @3,4"
    ),
    (
      "BIOS-e820: [mem 0x0000000040000000-0x0000000040000fff] type 9",
      "unknownType: type 9 is not known: nobody may use 0x40000000-0x40000fff @4"
    ),
    (
      "SRAT: Node 0 PXM 0 [mem 0x0-0xfffffff]\nSRAT: Node 1 PXM 1 [mem 0x10000000-0x1fffffff]\n"
        + "SRAT: Node 0 PXM 0 [mem 0x20000000-0x3fffffff]",
      "interleavedNodes: node 0 goes on at 0x20000000, after node 1: their memory is interleaved "
        + "@4,6,5"
    ),
    (
      "SRAT: Node 0 PXM 0 [mem 0x0-0x3fffffff]\nSRAT: Node 1 PXM 1 [mem 0x40000000-0x4fffffff]",
      "emptyNode: node 1 has no RAM of its own @5"
    ),
    (
      "SRAT: Node 0 PXM 0 [mem 0x0-0x1fffffff]\nSRAT: Node 1 PXM 1 [mem 0x20000000-0x4fffffff] hotplug",
      "hotPluggable: 512 MiB of RAM in 0x20000000-0x4fffffff are hot-pluggable, and begin below 4 GiB @5"
    ),
    (
      "e820: update [mem 0x3ff00000-0x3ff00fff] usable ==> reserved",
      "changedMap: Linux changed the firmware's map @4"
    ),
  ])
  func oneThingMore(_ line: String, _ expected: String) throws {
    let found = try findings(Self.plain + line + "\n")
    #expect(found.contains(expected), "\(found)")
    // The plain machine has it not.
    #expect(try !findings(Self.plain).contains(expected))
  }

  @Test func holesAbove4GiB() throws {
    let found = try findings(
      Self.plain + """
        BIOS-e820: [mem 0x0000000100000000-0x000000013fffffff] usable
        BIOS-e820: [mem 0x0000000180000000-0x00000001bfffffff] usable

        """)
    #expect(found.contains("hole: nothing is said of 0x140000000-0x17fffffff, 1 GiB @4,5"))
    #expect(found.count { $0.hasPrefix("gapBelow4GiB") } == 1)
  }

  @Test func theCommandLineTakesMemory() throws {
    let found = try findings(Self.plain, commandLine: "mem=512M")
    #expect(
      found.contains("aboveLimit: 512 MiB of RAM above 0x20000000 are left out by 'mem=512M' @3"))
    #expect(
      found.contains {
        $0.hasPrefix("notInMemory: 0x20000000-0x3fffffff") && $0.contains("says mem=512M @3")
      })
  }

  /// The plain search over all gaps finds what Linux found, for every allocation of its logs.
  @Test(arguments: ["m128", "m6g", "numa2"])
  func theSearchFindsWhatLinuxFound(name: String) throws {
    let data = try Data(contentsOf: Self.logs.appending(path: "linux-6.12-\(name).log"))
    var reader = LogReader()
    reader.read([UInt8](data).span)
    let log = reader.finish()
    let memory = try #require(SparseMemory())
    var compared = 0
    try withExtendedLifetime(memory) {
      var replay = try DebugLogReplay(log, in: memory.window)
      for index in log.operations.indices where log.operations[index].kind == .allocate {
        try replay.run(upTo: index)
        let operation = log.operations[index]
        let search = AllocationSearch(
          for: replay.request(operation),
          minimumIsPreference: !log.name(operation.function, contains: "phys_alloc"),
          in: replay.memblock)
        #expect(search.address?.value == DebugLogReplay.answer(to: index, in: log)?.first)
        #expect(search.passes.last?.gaps.last?.reason == nil)
        #expect(search.passes.flatMap(\.gaps).count { $0.reason == nil } == 1)
        compared += 1
      }
    }
    #expect(compared > 40)
  }

  /// Run from the first dump, Linux's operations come to its other dump.
  @Test(arguments: ["m128", "m6g", "numa2"])
  func theOperationsComeToTheNextDump(name: String) throws {
    let url = Self.logs.appending(path: "linux-6.12-\(name).log")
    let text = String(decoding: try Data(contentsOf: url), as: UTF8.self)
    #expect(try run(text) == nil)
    // And not to another: the last region of each table, its end, its node.
    for (part, wrong) in [
      ("bytes on node 0 flags: 0x0", "bytes on node 0 flags: 0x2"),
      ("reserved.cnt  = 0x", "reserved.cnt  = 0x1"),
      (
        " reserved[0x1]\t[0x0000000000001000-0x00000000000fffff], 0x00000000000ff000 bytes on node 0",
        " reserved[0x1]\t[0x0000000000001000-0x00000000000fffff], 0x00000000000ff000 bytes on node 1"
      ),
      (
        " reserved[0x1]\t[0x0000000000001000-0x00000000000fffff], 0x00000000000ff000",
        " reserved[0x1]\t[0x0000000000002000-0x00000000000fffff], 0x00000000000fe000"
      ),
    ] {
      #expect(text.contains(part))
      #expect(try run(text.replacing(part, with: wrong)) != nil, "\(wrong)")
    }
  }

  /// Runs a debug log; what differs, as text.
  private func run(_ text: String) throws -> String? {
    let log = Self.read(text)
    let memory = try #require(SparseMemory())
    return withExtendedLifetime(memory) {
      do throws(DebugLogReplay.Difference) {
        var replay = try DebugLogReplay(log, in: memory.window)
        try replay.runAll()
        return replay.dumpCount == 1 && replay.allocationCount > 40 ? nil : "not all was compared"
      } catch {
        return error.text
      }
    }
  }

  @Test(arguments: ["soft reserved", "persistent (type 7)", "persistent (type 12)", "unusable"])
  func knownTypes(_ type: String) throws {
    let found = try findings(
      Self.plain + "BIOS-e820: [mem 0x0000000040000000-0x0000000040000fff] \(type)\n")
    #expect(found == [Self.firstPage])
  }

  /// On memblocks of every kind the plain search comes to memblock's own answer.
  @Test(arguments: 0..<40)
  func theSearchFindsWhatMemblockFinds(seed: UInt64) throws {
    var state = seed
    func below(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
    var memblock = Memblock()
    for node in 0..<3 as Range<Int32> {
      let start = UInt64(node) << 24 | below(16) << 12
      try memblock.add(
        AddressRange(at: PhysicalAddress(start), size: (1 + below(4000)) << 12), node: NodeID(node))
    }
    for _ in 0..<30 {
      let range = AddressRange(at: PhysicalAddress(below(3 << 24)), size: 1 + below(1 << 17))
      switch below(12) {
      case 0: try memblock.markHotplug(range)
      case 1: try memblock.markNoMap(range)
      case 2: try memblock.markMirror(range)
      default: try memblock.reserve(range)
      }
    }
    memblock.isBottomUp = below(2) == 0
    memblock.keepsHotplugFree = below(2) == 0
    for _ in 0..<40 {
      let minimum = below(2) == 0 ? 0 : below(3 << 24)
      let maximum = below(2) == 0 ? nil : PhysicalAddress(minimum + below(1 << 24))
      let request = AllocationRequest(
        size: 1 + below(1 << below(22)), alignment: 1 << below(16),
        minimum: PhysicalAddress(minimum), maximum: maximum,
        node: NodeID(Int32(below(4)) - 1), isNodeExact: below(2) == 0)
      let isPreference = below(2) == 0
      let search = AllocationSearch(
        for: request, minimumIsPreference: isPreference, in: memblock)
      let found =
        isPreference
        ? try? memblock.allocateRaw(
          size: request.size, alignment: request.alignment, preferring: request.minimum,
          maximum: request.maximum, node: request.node, isNodeExact: request.isNodeExact)
        : try? memblock.allocate(
          size: request.size, alignment: request.alignment, minimum: request.minimum,
          maximum: request.maximum, node: request.node, isNodeExact: request.isNodeExact)
      #expect(search.address == found?.start)
    }
  }

  /// Each reason for which a gap is passed over, on a memblock made for it.
  @Test func reasons() throws {
    var memblock = Memblock()
    func range(_ start: UInt64, _ size: UInt64) -> AddressRange {
      AddressRange(at: PhysicalAddress(start), size: size)
    }
    try memblock.add(range(0x10_0000, 0x10_0000), node: NodeID(0))
    try memblock.add(range(0x30_0000, 0x10_0000), node: NodeID(0))
    try memblock.markNoMap(range(0x30_0000, 0x10_0000))
    try memblock.add(range(0x50_0000, 0x10_0000), node: NodeID(1))
    try memblock.add(range(0x70_0000, 0x1000), node: NodeID(0))
    try memblock.add(range(0x90_1000, 0x4000), node: NodeID(0))
    try memblock.add(range(0xb0_0000, 0x10_0000), node: NodeID(0))
    func reasons(_ request: AllocationRequest) -> [String?] {
      AllocationSearch(for: request, minimumIsPreference: false, in: memblock)
        .passes.flatMap { $0.gaps.map(\.reason) }
    }
    let request = AllocationRequest(
      size: 0x4000, alignment: 0x4000, minimum: PhysicalAddress(0x20_0000),
      maximum: PhysicalAddress(0xb0_0000), node: NodeID(0), isNodeExact: true)
    #expect(
      reasons(request) == [
        "above the upper bound", "large enough, but not at a multiple of 0x4000",
        "too small: 4 KiB", "on node 1", "not to be mapped", "below the lower bound",
      ])
    memblock.isBottomUp = true
    #expect(reasons(request).first == "below the lower bound")
    // Without a node of its own it is found on the other.
    memblock.isBottomUp = false
    var other = request
    other.isNodeExact = false
    #expect(reasons(other).contains { $0 == nil })
  }
}
