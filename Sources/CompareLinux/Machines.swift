import SerialHarness

extension ComparedMachine {
  /// All machines on which the two kernels are compared.
  static let all: [ComparedMachine] = sizes + nodes + tables + hotPlug + options + uefi

  /// From the smallest to large (Debian's kernel unpacks itself to 72 MiB, so that nothing less
  /// can start it), and around the hole below 4 GiB, which starts at 3 or 3.5 GiB on
  /// a pc and at 2 or 2.75 GiB on a q35.
  private static let sizes = [
    ComparedMachine("pc 96M", .pc, "96M"),
    ComparedMachine("pc 128M", .pc, "128M"),
    ComparedMachine("pc 1G", .pc, "1G"),
    ComparedMachine("pc 3071M", .pc, "3071M"),
    ComparedMachine("pc 3584M", .pc, "3584M"),
    ComparedMachine("pc 3585M", .pc, "3585M"),
    ComparedMachine("pc 6G", .pc, "6G"),
    ComparedMachine("pc 64G", .pc, "64G"),
    ComparedMachine(
      "pc 4G, 1G below the hole", .pc, "4G", arguments: ["-M", "max-ram-below-4g=1G"]),
    ComparedMachine("q35 96M", .q35, "96M"),
    ComparedMachine("q35 2047M", .q35, "2047M"),
    ComparedMachine("q35 2816M", .q35, "2816M"),
    ComparedMachine("q35 2817M", .q35, "2817M"),
    ComparedMachine("q35 4G", .q35, "4G"),
    ComparedMachine("q35 64G", .q35, "64G"),
  ]

  private static let nodes = [
    ComparedMachine("1 node", nodes: [.init("1G", [0])]),
    ComparedMachine("2 nodes", nodes: [.init("512M", [0]), .init("512M", [1])], processors: 2),
    ComparedMachine(
      "2 nodes across the hole", .q35, nodes: [.init("2G", [0]), .init("4G", [1])], processors: 2),
    ComparedMachine(
      "3 nodes, one without memory", nodes: [.init("1G", [0]), .init("1G"), .init(nil, [1])],
      processors: 2),
    ComparedMachine(
      "4 nodes with distances", .q35,
      nodes: [
        .init("512M", [0], [10, 21, 31, 41]), .init("1G", [1], [21, 10, 22, 32]),
        .init("256M", [2], [31, 22, 10, 23]), .init("2304M", [3], [41, 32, 23, 10]),
      ], processors: 4),
    ComparedMachine(
      "8 nodes", nodes: (0..<8).map { .init("256M", $0 < 2 ? [$0] : []) }, processors: 2),
    ComparedMachine(
      "2 nodes, the first without processors", nodes: [.init("768M"), .init("256M", [0])]),
  ]

  private static let tables = [
    ComparedMachine(
      "interleaved nodes", .pc, "2G",
      table: .domains([
        (0, 0x0000_0000, 0x1000_0000), (1, 0x1000_0000, 0x1000_0000),
        (0, 0x2000_0000, 0x2000_0000), (1, 0x4000_0000, 0x4000_0000),
      ])),
    ComparedMachine(
      "overlapping entries of one node", .pc, "2G",
      table: .domains([
        (0, 0x0000_0000, 0x3000_0000), (0, 0x2000_0000, 0x2000_0000),
        (1, 0x4000_0000, 0x4000_0000),
      ])),
    ComparedMachine(
      "overlapping entries of two nodes", .pc, "2G",
      table: .domains([(0, 0x0000_0000, 0x5000_0000), (1, 0x4000_0000, 0x4000_0000)])),
    ComparedMachine(
      "a table that leaves half uncovered", .pc, "2G",
      table: .domains([(0, 0x0000_0000, 0x2000_0000), (1, 0x2000_0000, 0x2000_0000)])),
    ComparedMachine(
      "domains 7 and 3", .pc, "2G",
      table: .domains([(7, 0x0000_0000, 0x4000_0000), (3, 0x4000_0000, 0x4000_0000)])),
    ComparedMachine(
      "an entry beyond the memory", .pc, "1G",
      table: .domains([
        (0, 0x0000_0000, 0x2000_0000), (1, 0x2000_0000, 0x2000_0000),
        (2, 0x10_0000_0000, 0x4000_0000),
      ])),
    ComparedMachine(
      "hot-pluggable entries", .pc, "2G",
      table: .domains(
        [(0, 0x0000_0000, 0x4000_0000), (1, 0x4000_0000, 0x4000_0000)], hotPluggable: [1])),
    ComparedMachine(
      "hot-pluggable entries, movable_node", .pc, "2G", commandLine: "movable_node",
      table: .domains(
        [(0, 0x0000_0000, 0x4000_0000), (1, 0x4000_0000, 0x4000_0000)], hotPluggable: [1])),
  ]

  private static let hotPlug = [
    ComparedMachine("slots for DIMMs", .pc, "1G", arguments: ["-m", "1G,slots=4,maxmem=8G"]),
    ComparedMachine(
      "DIMMs plugged at start", .q35,
      nodes: [.init("512M", [0]), .init("512M", [1])], processors: 2,
      arguments: [
        "-m", "1G,slots=4,maxmem=8G", "-object", "memory-backend-ram,id=d0,size=512M",
        "-device", "pc-dimm,id=dimm0,memdev=d0,node=1",
      ]),
  ]

  private static let options = [
    // Above the end of Debian's kernel of 7.3, which lies at 68 MiB.
    ComparedMachine("mem=96M", .pc, "128M", commandLine: "mem=96M"),
    ComparedMachine("mem=512M", commandLine: "mem=512M"),
    ComparedMachine("mem=3G on 6G", .pc, "6G", commandLine: "mem=3G"),
    ComparedMachine("memmap reserved", commandLine: "memmap=16M$256M memmap=4K$0x20000000"),
    ComparedMachine("memmap ACPI data", commandLine: "memmap=16M#256M"),
    ComparedMachine("memmap persistent", .pc, "6G", commandLine: "memmap=1G!4G"),
    ComparedMachine("memmap added", commandLine: "mem=512M memmap=64M@768M"),
    ComparedMachine(
      "memmap exact", commandLine: "memmap=exactmap memmap=640K@0 memmap=500M@1M"),
    ComparedMachine("memmap, several in one", commandLine: "memmap=1M$128M,1M#192M,2M$300M"),
    ComparedMachine("memmap limit", commandLine: "memmap=700M"),
    // All in one option: Linux reads the first 2,047 bytes of its command line.
    ComparedMachine(
      "memmap, 240 entries", .pc, "4G",
      commandLine: "memmap=" + (72..<312).map { "4K$\($0)M" }.joined(separator: ",")),
    ComparedMachine(
      "numa=off", commandLine: "numa=off", nodes: [.init("512M", [0]), .init("512M", [1])],
      processors: 2),
    ComparedMachine("numa=fake=4", .pc, "2G", commandLine: "numa=fake=4"),
    ComparedMachine("numa=fake=300M", .pc, "2G", commandLine: "numa=fake=300M"),
    ComparedMachine(
      "numa=fake=2U", commandLine: "numa=fake=2U", nodes: [.init("1G", [0]), .init("1G", [1])],
      processors: 2),
    ComparedMachine("kernelcore=512M", .pc, "2G", commandLine: "kernelcore=512M"),
    ComparedMachine(
      "kernelcore=40%", commandLine: "kernelcore=40%",
      nodes: [.init("1G", [0]), .init("3G", [1])], processors: 2),
    ComparedMachine("kernelcore=mirror", .pc, "2G", commandLine: "kernelcore=mirror"),
    ComparedMachine("movablecore=1G", .q35, "4G", commandLine: "movablecore=1G"),
    ComparedMachine("movablecore=30%", .pc, "2G", commandLine: "movablecore=30%"),
    ComparedMachine("reserve_mem", commandLine: "reserve_mem=4M:4K:log"),
    ComparedMachine("memtest=2", .pc, "256M", commandLine: "memtest=2"),
    ComparedMachine("page_poison=1", .pc, "512M", commandLine: "page_poison=1"),
    ComparedMachine(
      "junk", commandLine: "mem=junk memmap=1M@ memmap=$1M kernelcore=x% numa=maybe"),
  ]

  private static let uefi = [
    ComparedMachine("UEFI pc 1G", .pc, "1G", firmware: .uefi),
    ComparedMachine("UEFI q35 4G", .q35, "4G", firmware: .uefi),
    ComparedMachine("UEFI q35 64G", .q35, "64G", firmware: .uefi),
    ComparedMachine(
      "UEFI 2 nodes", .q35, firmware: .uefi, nodes: [.init("1G", [0]), .init("3G", [1])],
      processors: 2),
    ComparedMachine("UEFI mem=2G", .q35, "4G", firmware: .uefi, commandLine: "mem=2G"),
  ]
}

extension AffinityTable {
  /// A table of memory entries, each of a domain, a base and a size, and processor 0 in the
  /// first one's domain.
  static func domains(
    _ entries: [(domain: UInt32, base: UInt64, size: UInt64)], hotPluggable: Set<UInt32> = []
  ) -> AffinityTable {
    var table = AffinityTable()
    if let first = entries.first { table.addProcessor(0, domain: UInt8(first.domain)) }
    for entry in entries {
      table.addMemory(
        entry.base, size: entry.size, domain: entry.domain,
        flags: hotPluggable.contains(entry.domain) ? [.enabled, .hotPluggable] : .enabled)
    }
    return table
  }
}
