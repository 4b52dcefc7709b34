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
    _ = try memblock.allocate(size: 4096, alignment: 4096, caller: "early_setup")
    _ = try memblock.allocateRaw(size: 64, alignment: 64, node: NodeID(1))
    try memblock.free(range(0x20_0000, 0x1000))
    #expect(
      Self.logged.withLock { $0 } == """
        memblock_add: [0x0000000000100000-0x00000000001fffff] logsEachOperationAndItsCaller()
        memblock_add_node: [0x0000000000200000-0x0000000000200fff] nid=1 flags=1 logsEachOperationAndItsCaller()
        memblock_phys_alloc_range: 4096 bytes align=0x1000 from=0x0000000000000000 max_addr=0x0000000000000000 early_setup
        memblock_reserve: [0x0000000000200000-0x0000000000200fff] allocate
        memblock_alloc_try_nid_raw: 64 bytes align=0x40 nid=1 from=0x0000000000000000 max_addr=0x0000000000000000 logsEachOperationAndItsCaller()
        memblock_reserve: [0x00000000001fffc0-0x00000000001fffff] allocate
        memblock_phys_free: [0x0000000000200000-0x0000000000200fff] logsEachOperationAndItsCaller()

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
}
