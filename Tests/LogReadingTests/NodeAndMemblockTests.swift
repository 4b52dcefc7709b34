@testable import LogReading
import Testing

struct NodeAndMemblockTests {
  @Test(
    arguments: [
      (
        "ACPI: SRAT: Node 1 PXM 3 [mem 0x30000000-0x37ffffff] hotplug", 0x3000_0000, 0x37ff_ffff,
        true, false
      ),
      (
        "SRAT: Node 1 PXM 3 [mem 0x100000000-0x10fffffff] non-volatile", 0x1_0000_0000,
        0x1_0fff_ffff, false, true
      ),
      ("SRAT: Node 1 PXM 3 [mem 0x0-0xfff] hotplug non-volatile", 0, 0xfff, true, true),
      // Linux 2.6, without 0x and the end past the last byte.
      ("SRAT: Node 1 PXM 3 100000-80000000", 0x10_0000, 0x7fff_ffff, false, false),
    ] as [(String, UInt64, UInt64, Bool, Bool)])
  func affinity(
    _ line: String, _ start: UInt64, _ last: UInt64, _ isHot: Bool, _ isNonVolatile: Bool
  ) throws {
    let log = read("[    0.000000] \(line)\n")
    let affinity = try #require(log.affinities.first)
    #expect(affinity.node == 1 && affinity.domain == 3)
    #expect(affinity.start == start && affinity.last == last)
    #expect(affinity.isHotPluggable == isHot && affinity.isNonVolatile == isNonVolatile)
    #expect(log.forms == [.srat])
  }

  @Test func processorsOfSRAT() {
    let log = read("ACPI: SRAT: PXM 2 -> APIC 0x1f -> Node 1\nSRAT 0x1 0x2\nSRAT: Node x\n")
    #expect(log.processors.map(\.apic) == [0x1f] && log.processors.map(\.node) == [1])
    #expect(log.problems.map(\.line.number) == [3])
  }

  @Test func nodesAndZones() {
    let log = read(
      """
      Zone ranges:
        DMA      [mem 0x0000000000001000-0x0000000000ffffff]
        DMA32    [mem 0x0000000001000000-0x000000003ffdffff]
        Normal   empty
      Movable zone start for each node
      Early memory node ranges
        node   0: [mem 0x0000000000001000-0x000000000009efff]
        node   1: [mem 0x00100000-0x0fffffff]
      Initmem setup node 0 [mem 0x0000000000001000-0x000000003ffdffff]
      NODE_DATA(1) allocated [mem 0x37fd5680-0x37ffffff]
      Normal people do this

      """)
    #expect(log.zones.map(\.name) == ["DMA", "DMA32", "Normal"])
    #expect(log.zones.map(\.range) == [0x1000...0xff_ffff, 0x100_0000...0x3ffd_ffff, nil])
    #expect(log.nodeRanges.map(\.node) == [0, 1])
    #expect(log.nodeRanges.map(\.last) == [0x9efff, 0xfff_ffff])
    #expect(log.nodeData.map(\.start) == [0x37fd_5680])
  }

  /// Linux 2.6 writes frame numbers.
  @Test func oldNodesAndZones() {
    let log = read(
      """
      Zone PFN ranges:
        DMA      0x00000001 -> 0x00001000
        Normal   0x00100000 -> 0x00140000
      early_node_map[2] active PFN ranges
          0: 0x00000001 -> 0x0000009f

      """)
    #expect(log.zones.map(\.range) == [0x1000...0xff_ffff, 0x1_0000_0000...0x1_3fff_ffff])
    #expect(log.nodeRanges.map(\.start) == [0x1000] && log.nodeRanges.map(\.last) == [0x9efff])
  }

  @Test func dumps() throws {
    let log = read(
      """
      MEMBLOCK configuration:
       memory size = 0x000000003ff7ec00 reserved size = 0x0000000002f4cf73
       memory.cnt  = 0x2
       memory[0x0]\t[0x0000000000001000-0x000000000009efff], 0x000000000009e000 bytes on node 0 flags: 0x0
       memory[0x1]\t[0x0000000000100000-0x000000000fffffff], 0x000000000ff00000 bytes on node 1 flags: 0x1
       reserved.cnt  = 0x1
       reserved[0x0]\t[0x0000000000000000-0x0000000000000fff], 0x0000000000001000 bytes flags: 0x10
      MEMBLOCK configuration:
       memory size = 0x0 reserved size = 0x0
       memory.cnt  = 0x1

      """)
    #expect(log.dumps.map(\.isComplete) == [true, false])
    let dump = try #require(log.dumps.first)
    #expect(dump.memorySize == 0x3ff7_ec00 && dump.reservedSize == 0x2f4_cf73)
    #expect(dump.memory.map(\.node) == [0, 1] && dump.memory.map(\.flags) == [0, 1])
    #expect(
      dump.reserved == [LoggedRegion(start: 0, last: 0xfff, node: nil, flags: 0x10)])
  }

  @Test(arguments: [
    " memory[0x1]\t[0x0000000000001000-0x000000000009efff], 0x000000000009e000 bytes flags: 0x0",
    " memory[0x0]\t[0x0000000000001000-0x000000000009efff], 0x000000000009e001 bytes flags: 0x0",
    " memory[0x0]\t[0x0000000000001000-0x000000000009ef", " memory.cnt  = many",
    " memory size = 0x1 reserved size = ",
  ])
  func aBadLineOfADumpIsNamed(_ line: String) {
    #expect(read("MEMBLOCK configuration:\n\(line)\n").problems.map(\.line.number) == [2])
  }

  @Test func operations() {
    let log = read(
      """
      memblock_add: [0x0000000000001000-0x000000000009fbff] e820__memblock_setup+0x73/0xb0
      memblock_reserve: [0x0000000000f5ba0-0x0000000000f5baf] flags 0x0 smp_scan_config+0xca/0x150
      memblock_alloc_try_nid: 448 bytes align=0x40 nid=1 from=0x78000000 max_addr=0x80000000 sparse_init_nid+0x9f/0x5b0
      memblock_reserve: [0x7ffad4c0-0x7ffad67f] memblock_alloc_range_nid+0xbd/0x180
      memblock_phys_alloc_range: 28672 bytes align=0x1000 from=0x0 max_addr=0x100000 reserve_real_mode+0x57/0x90
         memblock_free: [0x1000-0x1fff] e820__memblock_setup+0x73/0xb0
      memblock_phys_free: [0x1000-0x1fff] x+0x0/0x0
      memblock_remove: [0x1000-0x1fff] x+0x0/0x0
      memblock: reserved is doubled to 256 at [0x9d000-0x9e7ff]
      memblock_virt_alloc_try_nid_nopanic: 15728640 bytes align=0x0 nid=-1 from=0x0 max_addr=0x0 y

      """)
    #expect(log.problemCount == 0)
    #expect(
      log.operations.map(\.kind) == [
        .add, .reserve, .allocate, .reserve, .allocate, .free, .free, .remove, .doubled, .allocate,
      ])
    let names = log.operations.map { log.name($0.caller) }
    #expect(names[0] == "e820__memblock_setup+0x73/0xb0" && names[5] == names[0])
    #expect(names[1] == "smp_scan_config+0xca/0x150")
    #expect(log.operations[0].caller == log.operations[5].caller)
    #expect(log.name(log.operations[0].caller, contains: "_setup+"))
    #expect(!log.name(log.operations[0].caller, contains: "_setup-"))
    let request = log.operations[2]
    #expect(log.name(request.function) == "memblock_alloc_try_nid")
    #expect(request.first == 448 && request.second == 64 && request.node == 1)
    #expect(request.minimum == 0x7800_0000 && request.maximum == 0x8000_0000)
    #expect(log.operations[4].node == -1 && log.operations[9].node == -1)
  }

  /// Older kernels have functions with underscores before their names as well.
  @Test(arguments: [
    ("__memblock_reserve: [0x1000-0x1fff] nid=-1 flags=0 x", true),
    ("__memblock_free_late: [0x1000-0x1fff] x", false), ("memblock_reserve: [0x0-0xf] x", false),
    ("BIOS-e820: [gap 0x000000000009f000-0x00000000000fffff]", true),
  ])
  func linesOfNewerKernelsOnlyAreEvidence(_ line: String, _ isNewer: Bool) {
    let log = read(line + "\n")
    #expect(log.problemCount == 0 && log.marksKernelReservations == isNewer)
  }

  /// From 6.16 on every reservation is by one function, and says node and flags.
  @Test func operationsOfLinux7() {
    let log = read(
      """
      memblock_add_node: [0x1000-0x1fff] nid=1 flags=1 x+0x0/0x0
      __memblock_reserve: [0x1000-0x1fff] nid=-1 flags=0 setup_arch+0x1/0x2
      memblock_alloc_exact_nid_raw: 64 bytes align=0x40 nid=2 from=0x0 max_addr=0x0 y
      __memblock_reserve: [0x2000-0x203f] nid=2 flags=20 memblock_alloc_range_nid+0xbd/0x180
      memblock_alloc_hugetlb: 2097152 bytes, nid=3, exact_nid=1 hugetlb+0x1/0x2

      """)
    #expect(log.problemCount == 0)
    #expect(log.operations.map(\.kind) == [.addNode, .reserve, .allocate, .reserve, .allocate])
    #expect(log.operations.map(\.node) == [1, -1, 2, 2, 3])
    #expect(log.operations.map(\.flags) == [1, 0, 0, 0x20, 0])
    #expect(log.operations.map(\.isNodeExact) == [false, false, true, false, true])
    #expect(log.operations[4].first == 2 << 20 && log.operations[4].second == 2 << 20)
    #expect(log.name(log.operations[1].function) == "__memblock_reserve")
    #expect(log.name(log.operations[3].caller) == "memblock_alloc_range_nid+0xbd/0x180")
    #expect(log.name(log.operations[4].caller) == "hugetlb+0x1/0x2")
  }

  /// More names than a small table holds, each again.
  @Test func manyCallers() {
    let lines = (0..<600).map { "memblock_reserve: [0x1000-0x1fff] caller\($0 % 300)+0x1/0x2\n" }
    let log = read(lines.joined())
    #expect(log.names.count == 301)
    for (index, operation) in log.operations.enumerated() {
      #expect(log.name(operation.caller) == "caller\(index % 300)+0x1/0x2")
    }
  }

  @Test(arguments: [
    "memblock_reserve: [0x2000-0x1000] x", "memblock_reserve: [0x2000-", "memblock_add: [2000",
    "memblock_alloc_try_nid: 12 bits", "memblock_phys_alloc_range: 12 bytes align=x",
    "memblock: memory is doubled to 256 at nowhere",
    "__memblock_reserve: [0x1000-0x1fff] nid=0 flags=zero x",
    "memblock_alloc_hugetlb: 2097152 bytes, node=3",
    "memblock_alloc_hugetlb: 1 bytes, nid=3, exact_nid=2 x",
  ])
  func aBadOperationIsNamed(_ line: String) {
    #expect(read("\(line)\nx\n").problems.map(\.line.number) == [1])
  }

  @Test func generalLines() {
    let log = read(
      """
      Command line: a b
      last_pfn = 0x84c800 max_arch_pfn = 0x400000000
      last_pfn = 0xa9750 max_arch_pfn = 0x400000000
      RAMDISK: [mem 0x76bd6000-0x79b13fff]
      Memory: 975492K/1048056K available (16384K kernel code)
      Kernel command line: mem=2G x

      """)
    #expect(log.commandLine == LogLine(file: 0, number: 6, text: "mem=2G x"))
    #expect(log.lastFrame == 0x84c800 && log.ramDisk?.start == 0x76bd_6000)
    #expect(log.memoryTotal?.number == 5)
  }
}
