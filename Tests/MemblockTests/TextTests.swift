import Addressing
import Memblock
import MemblockTrace
import Synchronization
import Testing

/// What is printed is what Linux prints.
@Suite(.serialized) struct TextTests {
  static let logged = Mutex<String>("")

  private static func loggingMemblock() -> Memblock {
    logged.withLock { $0 = "" }
    var memblock = Memblock()
    memblock.log.isDebug = true
    memblock.log.sink = { byte in
      TextTests.logged.withLock { $0.unicodeScalars.append(Unicode.Scalar(byte)) }
    }
    return memblock
  }

  @Test func dumps() throws {
    var memblock = Memblock()
    try memblock.add(range(0x1000, 0x9e000), node: NodeID(0))
    try memblock.add(range(0x10_0000, 0x7ef_0000))
    try memblock.markHotplug(range(0x10_0000, 0x7ef_0000))
    try memblock.reserve(range(0, 0x1000))
    var buffer = TextBuffer()
    memblock.dump(to: &buffer)
    #expect(
      buffer.text == """
        MEMBLOCK configuration:
         memory size = 0x0000000007f8e000 reserved size = 0x0000000000001000
         memory.cnt  = 0x2
         memory[0x0]\t[0x0000000000001000-0x000000000009efff], 0x000000000009e000 bytes on node 0 flags: 0x0
         memory[0x1]\t[0x0000000000100000-0x0000000007feffff], 0x0000000007ef0000 bytes flags: 0x1
         reserved.cnt  = 0x1
         reserved[0x0]\t[0x0000000000000000-0x0000000000000fff], 0x0000000000001000 bytes flags: 0x0

        """)
  }

  @Test func logsEachOperationAndItsCaller() throws {
    var memblock = Self.loggingMemblock()
    try memblock.add(range(0x10_0000, 0x10_0000))
    try memblock.add(range(0x20_0000, 0x1000), node: NodeID(1), flags: .hotplug)
    let page = try memblock.logging(as: "early_setup") { (memblock) throws(MemblockError) in
      let page = try memblock.allocate(size: 4096, alignment: 4096)
      try? memblock.logging(as: "limit") { (memblock) throws(MemblockError) in
        try memblock.setNode(NodeID(-2), of: page)
      }
      try memblock.free(page)
      return page
    }
    try memblock.reserve(page)
    _ = try memblock.allocateRaw(size: 64, alignment: 64, node: NodeID(1))
    try memblock.free(range(0x20_0000, 0x1000))
    #expect(
      Self.logged.withLock { $0 } == """
        memblock_add: [0x0000000000100000-0x00000000001fffff] memblock
        memblock_add_node: [0x0000000000200000-0x0000000000200fff] nid=1 flags=1 memblock
        memblock_phys_alloc_range: 4096 bytes align=0x1000 from=0x0000000000000000 max_addr=0x0000000000000000 early_setup
        __memblock_reserve: [0x0000000000200000-0x0000000000200fff] nid=-1 flags=20 allocate
        memblock_phys_free: [0x0000000000200000-0x0000000000200fff] early_setup
        __memblock_reserve: [0x0000000000200000-0x0000000000200fff] nid=-1 flags=0 memblock
        memblock_alloc_try_nid_raw: 64 bytes align=0x40 nid=1 from=0x0000000000000000 max_addr=0x0000000000000000 memblock
        __memblock_reserve: [0x00000000001fffc0-0x00000000001fffff] nid=-1 flags=20 allocate
        memblock_phys_free: [0x0000000000200000-0x0000000000200fff] memblock

        """)
  }

  @Test func logsGrowth() throws {
    let memory = try #require(SparseMemory())
    var memblock = try GrowthTests.full(.reserved)
    let logging = Self.loggingMemblock()
    memblock.log = logging.log
    memblock.allowResize(through: memory.window)
    try memblock.reserve(range(1 << 29, 4096))
    let lines = Self.logged.withLock { $0 }
    #expect(
      lines.contains(
        "memblock: reserved is doubled to 256 at [0x000000003fffe000-0x000000003ffff7ff]\n"))
  }

  @Test func warnsAlsoWithoutDebug() throws {
    let memory = try #require(SparseMemory())
    var memblock = try GrowthTests.full(.reserved)
    let logging = Self.loggingMemblock()
    memblock.log = logging.log
    memblock.log.isDebug = false
    memblock.allowResize(through: memory.window)
    memblock.currentLimit = PhysicalAddress(4096)
    #expect(throws: MemblockError.cannotGrow(.reserved)) {
      try memblock.reserve(range(1 << 29, 4096))
    }
    #expect(
      Self.logged.withLock { $0 }
        == "memblock: Failed to double reserved array from 128 to 256 entries !\n")
  }

  @Test func listsATableAsDebugfsDoes() throws {
    var memblock = Memblock()
    for bit in 0..<8 as Range<UInt64> {
      try memblock.add(
        range(bit << 20, 1 << 20), node: bit == 2 ? .unset : NodeID(Int32(bit * 100)),
        flags: RegionFlags(rawValue: 1 << UInt32(bit)))
    }
    try memblock.add(range(8 << 20, 1 << 20), node: NodeID(1023), flags: .hotplug.union(.noMap))
    try memblock.add(range(9 << 20, 1 << 20))
    var buffer = TextBuffer()
    memblock.memory.writeDebugList(to: &buffer)
    #expect(
      buffer.text == """
           0: 0x0000000000000000..0x00000000000fffff    0 HOTPLUG
           1: 0x0000000000100000..0x00000000001fffff  100 MIRROR
           2: 0x0000000000200000..0x00000000002fffff    x NOMAP
           3: 0x0000000000300000..0x00000000003fffff  300 DRV_MNG
           4: 0x0000000000400000..0x00000000004fffff  400 RSV_NIT
           5: 0x0000000000500000..0x00000000005fffff  500 RSV_KERN
           6: 0x0000000000600000..0x00000000006fffff  600 KHO_SCRATCH
           7: 0x0000000000700000..0x00000000007fffff  700 RSV_HUGETLB
           8: 0x0000000000800000..0x00000000008fffff 1023 HOTPLUG|NOMAP
           9: 0x0000000000900000..0x00000000009fffff    x NONE

        """)
  }

  @Test func dumpsPhysicalMemoryWhereThereIsSome() throws {
    var memblock = Memblock()
    try memblock.addPhysmem(range(0x1000, 0x2000))
    var buffer = TextBuffer()
    memblock.dump(to: &buffer)
    #expect(
      buffer.text == """
        MEMBLOCK configuration:
         memory size = 0x0000000000000000 reserved size = 0x0000000000000000
         memory.cnt  = 0x0
         reserved.cnt  = 0x0
         physmem.cnt  = 0x1
         physmem[0x0]\t[0x0000000000001000-0x0000000000002fff], 0x0000000000002000 bytes flags: 0x0

        """)
  }

  @Test func logsEveryWayToAllocate() throws {
    let memory = try #require(SparseMemory())
    var memblock = Self.loggingMemblock()
    memblock.setWindow(memory.window)
    try memblock.add(range(0x10_0000, 0x10_0000), node: NodeID(2), flags: RegionFlags(rawValue: 0))
    try memblock.reserve(range(0x1f_0000, 0x1_0000), node: NodeID(2), flags: .reservedNoInit)
    try memblock.markNoMap(range(0x10_0000, 0x1000))
    try memblock.remove(range(0, 0x1000))
    _ = try memblock.allocateRaw(
      size: 16, alignment: 32, preferring: PhysicalAddress(0x100), maximum: .max, node: NodeID(2),
      isNodeExact: true)
    _ = try memblock.allocateZeroed(
      size: 16, alignment: 16, preferring: PhysicalAddress(0x10))
    _ = try memblock.allocateLow(size: 16, alignment: 0)
    try memblock.addPhysmem(range(0, 0x1000))
    var receiver = RecordingReceiver()
    try memblock.freeAll(to: &receiver)
    try memblock.freeLate(range(0x1000, 0x1000), to: &receiver)
    #expect(
      Self.logged.withLock { $0 } == """
        memblock_add_node: [0x0000000000100000-0x00000000001fffff] nid=2 flags=0 memblock
        __memblock_reserve: [0x00000000001f0000-0x00000000001fffff] nid=2 flags=10 memblock
        memblock_remove: [0x0000000000000000-0x0000000000000fff] memblock
        memblock_alloc_exact_nid_raw: 16 bytes align=0x20 nid=2 from=0x0000000000000100 max_addr=0xffffffffffffffff memblock
        __memblock_reserve: [0x00000000001effe0-0x00000000001effef] nid=2 flags=20 allocate
        memblock_alloc_try_nid: 16 bytes align=0x10 nid=-1 from=0x0000000000000010 max_addr=0x0000000000000000 memblock
        __memblock_reserve: [0x00000000001efff0-0x00000000001effff] nid=-1 flags=20 allocate
        memblock_alloc_try_nid: 16 bytes align=0x0 nid=-1 from=0x0000000000000000 max_addr=0x00000000ffffffff memblock
        __memblock_reserve: [0x00000000001effc0-0x00000000001effcf] nid=-1 flags=20 allocate
        memblock_physmem_add: [0x0000000000000000-0x0000000000000fff] memblock
        memblock_phys_free: [0x0000000000001000-0x0000000000001fff] memblock

        """)
    #expect(receiver.released.last == 1..<2)
    Self.logged.withLock { $0 = "" }
    try memblock.add(range(0, 0x1000), node: .none, flags: RegionFlags(rawValue: 0x3b))
    #expect(
      Self.logged.withLock { $0 }
        == "memblock_add_node: [0x0000000000000000-0x0000000000000fff] nid=-1 flags=3b memblock\n")
  }

  @Test func warnsOfWhatIsMissing() throws {
    var memblock = Self.loggingMemblock()
    memblock.log.isDebug = false
    try memblock.capMemory(at: .zero, size: 1)
    memblock.kernelCoreIsMirrored = true
    try memblock.add(range(0, 64 << 20))
    try memblock.markMirror(range(0, 0x2000))
    _ = try memblock.allocate(size: 0x10000, alignment: 1)
    #expect(memblock.coversNodes(exceptFor: 63 << 20) == false)
    #expect(
      Self.logged.withLock { $0 } == """
        memblock_cap_memory_range: No memory registered yet
        Could not allocate 0x0000000000010000 bytes of mirrored memory
        NUMA: no nodes coverage for 64MB of 64MB RAM

        """)
  }

  @Test func saysWhatWentWrong() {
    #expect(MemblockError.tornDown.text == "test: the memory has been handed over")
    #expect(MemblockError.tableFull(.reserved).text == "test: cannot resize reserved array")
    #expect(MemblockError.cannotGrow(.memory).text == "test: Failed to double memory array")
    #expect(
      MemblockError.unreachable(range(0x1000, 0x1000)).text
        == "test: no mapping of [0x0000000000001000-0x0000000000001fff]")
    #expect(
      MemblockError.notHandedOver(range(0x1000, 0x1000)).text
        == "test: not memory that was handed over: [0x0000000000001000-0x0000000000001fff]")
    #expect(MemblockError.invalidNode(NodeID(-2)).text == "test: no such node: -2")
    #expect(
      MemblockError.invalidFlags(RegionFlags(rawValue: 0x40)).text == "test: no such flags: 0x40")
    #expect(MemblockError.tooManyNamedReservations.text == "test: too many named reservations")
    #expect(MemblockError.nameTaken.text == "test: the name is taken")
    #expect(MemblockError.invalidName.text == "test: a name has 1 to 15 bytes, not all blank")
    #expect(
      MemblockError.emptyReservation.text == "test: a reservation has at least one byte")
  }
}
