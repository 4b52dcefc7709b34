import Addressing
import Memblock
import MemblockTrace
import Testing

/// The memory of a table that has grown is not given up while the table is in use.
struct LiveTableTests {
  /// Kept until the test ends: grown tables lie in it.
  private let memory: SparseMemory

  init() throws { memory = try #require(SparseMemory()) }

  /// Where the table of `grown` lies.
  private let table = range(1 << 30 - 8192, 8192)

  /// 1 GiB of memory, and reservations whose table has grown into its last two pages.
  private func grown() throws -> Memblock {
    var memblock = try GrowthTests.full(.reserved)
    memblock.allowResize(through: memory.window)
    try memblock.reserve(range(512 << 20, 4096))
    try #require(memblock.reserved.maximumCount == 256)
    try #require(memblock.reserved.all.last?.range == table)
    return memblock
  }

  /// Expects that an operation is refused and changes nothing.
  private func expectRefusal(
    _ memblock: inout Memblock, _ table: AddressRange,
    _ change: (inout Memblock) throws(MemblockError) -> Void
  ) {
    let before = (memblock.memory.all, memblock.reserved.all)
    var error: MemblockError?
    do throws(MemblockError) { try change(&memblock) } catch let thrown { error = thrown }
    #expect(error == .tableInUse(table))
    #expect(memblock.memory.all == before.0 && memblock.reserved.all == before.1)
    #expect(memblock.brokenInvariant == nil)
  }

  @Test func isNotFreed() throws {
    var memblock = try grown()
    let overlapping = [
      table, range(0, .max), range(table.start.value - 1, 2), range(table.end.value - 1, 1),
      range(table.start.value + 100, 100),
    ]
    for range in overlapping {
      expectRefusal(&memblock, table) { (memblock) throws(MemblockError) in
        try memblock.free(range)
      }
    }
  }

  /// A table of physical memory is the only one that has grown.
  @Test func ofPhysicalMemoryIsNotFreed() throws {
    var memblock = Memblock()
    try memblock.add(range(0, 1 << 30))
    memblock.allowResize(through: memory.window)
    for index in 0...128 as ClosedRange<UInt64> {
      try memblock.addPhysmem(range(index << 21, 1 << 20))
    }
    try #require(memblock.reserved.all.map(\.range) == [table])
    expectRefusal(&memblock, table) { (memblock) throws(MemblockError) in
      try memblock.free(range(table.end.value - 1, 1))
    }
    expectRefusal(&memblock, table) { (memblock) throws(MemblockError) in
      try memblock.enforceMemoryLimit(1 << 29)
    }
    var receiver = RecordingReceiver()
    try memblock.tearDown(to: &receiver)
    #expect(receiver.released == [table.start.value >> 12..<table.end.value >> 12])
  }

  /// Freeing splits no region of memory, so that a full table of memory does not move away.
  @Test func ofMemoryIsNotFreedWhenItIsFull() throws {
    var memblock = Memblock()
    try memblock.add(range(1 << 29, 1 << 29))
    memblock.allowResize(through: memory.window)
    for index in 0..<255 as Range<UInt64> { try memblock.add(range(index << 20, 1 << 19)) }
    try #require(memblock.memory.count == 256 && memblock.memory.maximumCount == 256)
    try #require(memblock.reserved.all.map(\.range) == [table])
    expectRefusal(&memblock, table) { (memblock) throws(MemblockError) in
      try memblock.free(range(table.start.value, 4096))
    }
  }

  @Test func isNotCutOff() throws {
    var memblock = try grown()
    let limit = table.end.value - 1
    expectRefusal(&memblock, table) { (memblock) throws(MemblockError) in
      try memblock.enforceMemoryLimit(limit)
    }
    expectRefusal(&memblock, table) { (memblock) throws(MemblockError) in
      try memblock.limitMappedMemory(limit)
    }
    expectRefusal(&memblock, table) { (memblock) throws(MemblockError) in
      try memblock.capMemory(at: .zero, size: limit)
    }
    expectRefusal(&memblock, table) { (memblock) throws(MemblockError) in
      try memblock.capMemory(at: table.start + 1, size: 1 << 30)
    }
    try memblock.capMemory(at: table.start, size: table.size)
    #expect(memblock.memory.all.map(\.range) == [table])
    #expect(memblock.reserved.all.map(\.range) == [table])
  }

  @Test func leavesWhatTouchesIt() throws {
    var memblock = try grown()
    try memblock.reserve(range(table.start.value - 4096, 4096))
    try memblock.free(range(table.start.value - 4096, 4096))
    try memblock.free(AddressRange(from: table.end, to: .max))
    try memblock.remove(range(table.end.value - 12288, 4096))
    #expect(memblock.grownTablesAreReserved == true)
  }

  /// A table that must grow for the splits of a free doesn't grow into what is freed, as it would
  /// where that starts at 0 or 1.
  @Test func doesNotGrowIntoWhatIsFreed() throws {
    var memblock = try GrowthTests.full(.reserved)
    memblock.allowResize(through: memory.window)
    expectRefusal(&memblock, table) { (memblock) throws(MemblockError) in
      try memblock.free(range(1, 1 << 30))
    }
    #expect(memblock.reserved.maximumCount == 128)
  }

  /// The table moves away first, so that its old memory may be freed.
  @Test func movesOutOfWhatIsFreed() throws {
    var memblock = try grown()
    for index in 0..<126 as Range<UInt64> {
      try memblock.reserve(range((600 + index) << 20, 4096))
    }
    #expect(memblock.reserved.count == 256)
    try memblock.free(range(table.start.value, table.size))
    #expect(memblock.reserved.maximumCount == 512)
    #expect(memblock.grownTablesAreReserved == true)
  }

  /// A table outside of all memory may lose its reservation, but the memory can't come back then.
  @Test func isNotAddedAsFreeMemory() throws {
    var memblock = try grown()
    try memblock.remove(table)
    #expect(memblock.grownTablesAreReserved == true)
    try memblock.add(table)
    try memblock.remove(table)
    try memblock.free(table)
    expectRefusal(&memblock, table) { (memblock) throws(MemblockError) in
      try memblock.add(range(table.end.value - 1, 4096))
    }
    expectRefusal(&memblock, table) { (memblock) throws(MemblockError) in
      try memblock.add(table, node: NodeID(0))
    }
    try memblock.reserve(table)
    try memblock.add(table)
    #expect(memblock.grownTablesAreReserved == true)
  }

  /// Freeing the old table of memory makes that of reservations grow, while the new one is not
  /// reserved yet: both lie above the old one, one after the other.
  @Test func isNotGrownIntoBeforeItIsReserved() throws {
    var memblock = try GrowthTests.full(.memory)
    memblock.isBottomUp = true
    memblock.allowResize(through: memory.window)
    for index in 0..<128 as Range<UInt64> {
      try memblock.add(range((300 + 2 * index) << 20, 4096))
      if index < 126 { try memblock.reserve(range((4096 + index) << 20, 4096)) }
    }
    let reservations = memblock.reserved.all
    try #require(reservations.count == 127 && reservations[0].range == range(16 << 20, 8192))
    try memblock.add(range(1 << 30, 4096))
    #expect(memblock.memory.maximumCount == 512 && memblock.reserved.maximumCount == 256)
    #expect(memblock.reserved.all[0].range == range(16 << 20 + 8192, 12288 + 8192))
    #expect(memblock.grownTablesAreReserved == true)
  }

  @Test func saysWhere() throws {
    #expect(
      MemblockError.tableInUse(range(0x1000, 0x2000)).text
        == "test: a table in use lies at [0x0000000000001000-0x0000000000002fff]")
  }
}
