import Addressing
import Memblock
import MemblockTrace
import Testing

/// The 129th region: the table doubles, or says that it can't and stays as it was.
struct GrowthTests {
  /// A memblock with 128 regions in a table, 1 MiB apart from 16 MiB on, and room for the 129th
  /// below, between and above.
  static func full(_ type: RegionType) throws -> Memblock {
    var memblock = Memblock()
    if type == .reserved { try memblock.add(range(0, 1 << 30)) }
    memblock.adopt(type, totalSize: 128 << 20, capacity: 128, at: nil, count: 128) { index in
      Region(base: PhysicalAddress(UInt64(16 + 2 * index) << 20), size: 1 << 20)
    }
    return memblock
  }

  /// Puts the 129th region so that it gets the index `position`.
  static func insert(
    _ type: RegionType, at position: Int, _ memblock: inout Memblock
  ) throws(MemblockError) {
    let place = range(UInt64(15 + 2 * position) << 20 + 4096, 4096)
    if type == .memory { try memblock.add(place) } else { try memblock.reserve(place) }
  }

  @Test(arguments: [RegionType.memory, .reserved])
  func failsAndChangesNothing(type: RegionType) throws {
    var memblock = try Self.full(type)
    for position in 0...128 {
      let before = (memblock.memory.all, memblock.reserved.all)
      #expect(throws: MemblockError.tableFull(type)) {
        try Self.insert(type, at: position, &memblock)
      }
      #expect(memblock.memory.all == before.0 && memblock.reserved.all == before.1)
      #expect(memblock.brokenInvariant == nil)
    }
  }

  /// Only what is missing of a range takes room.
  @Test func needsNoRoomForWhatIsThere() throws {
    for missing in [1 << 20 - 4096, 1 << 20 + 4096] as [UInt64] {
      var memblock = Memblock()
      for index in 1...127 as ClosedRange<UInt64> { try memblock.reserve(range(index << 20, 8192)) }
      // One piece, below the lowest region or above it.
      try memblock.reserve(range(missing, 12288), node: NodeID(1))
      try memblock.reserve(range(2 << 20 + 4096, 4096))
      #expect(memblock.reserved.count == 128)
    }
  }

  /// A cut makes room for two splits before it looks for any, as Linux does.
  @Test func takesRoomForTwoToCut() throws {
    var memblock = Memblock()
    for index in 0..<126 as Range<UInt64> { try memblock.reserve(range(index << 20, 1 << 16)) }
    try memblock.free(range(0x1000, 0x1000))
    #expect(memblock.reserved.count == 127)
    #expect(throws: MemblockError.tableFull(.reserved)) { try memblock.free(range(0, 0x1000)) }
  }

  @Test(arguments: [RegionType.memory, .reserved])
  func doublesAtEachPosition(type: RegionType) throws {
    let memory = try #require(SparseMemory())
    for position in 0...128 {
      var memblock = try Self.full(type)
      memblock.allowResize(through: memory.window)
      try Self.insert(type, at: position, &memblock)
      let regions = type == .memory ? memblock.memory.all : memblock.reserved.all
      let room = type == .memory ? memblock.memory.maximumCount : memblock.reserved.maximumCount
      // The table of reservations has its own place in it too.
      #expect(regions.count == (type == .memory ? 129 : 130))
      #expect(room == 256)
      let place = UInt64(15 + 2 * position) << 20 + 4096
      #expect(regions.contains { $0.base.value == place && $0.size == 4096 })
      // PAGE_ALIGN(2 × 128 × 24) bytes, at the top of memory or of what is reserved.
      let own = try #require(memblock.reserved.all.last)
      #expect(own.size == 8192)
      #expect(memblock.grownTablesAreReserved == true)
      #expect(memblock.brokenInvariant == nil)
    }
  }

  @Test func saysWhenThereIsNoPlaceForATable() throws {
    let memory = try #require(SparseMemory())
    var memblock = try Self.full(.reserved)
    memblock.allowResize(through: memory.window)
    memblock.currentLimit = PhysicalAddress(4096)
    let before = memblock.reserved.all
    #expect(throws: MemblockError.cannotGrow(.reserved)) {
      try memblock.reserve(range(1 << 29, 4096))
    }
    #expect(memblock.reserved.all == before && memblock.reserved.maximumCount == 128)
    #expect(memblock.brokenInvariant == nil)
    #expect(throws: MemblockError.cannotGrow(.reserved)) {
      try memblock.free(range(1 << 24, 4096))
    }
  }

  @Test func doesNotGrowOverWhatIsBeingReserved() throws {
    let memory = try #require(SparseMemory())
    var memblock = try Self.full(.reserved)
    memblock.allowResize(through: memory.window)
    // All that is free above the others, but for a page too few for the table.
    let wanted = range(512 << 20, 512 << 20 - 4096)
    try memblock.reserve(wanted)
    // All of it is outside of what was there and what was wanted.
    #expect(memblock.reservedSize == 128 << 20 + wanted.size + 8192)
    #expect(memblock.grownTablesAreReserved == true)
  }

  /// Linux passes the base of what is reserved as the upper bound for a place below it, and takes
  /// 0 and 1 for "the current limit".
  @Test(arguments: [0, 1] as [UInt64])
  func growsInsideOfWhatStartsAtTheBottom(base: UInt64) throws {
    let memory = try #require(SparseMemory())
    var memblock = try Self.full(.reserved)
    // By the rules of 7.3 the table is a region of its own within.
    memblock.rules = .linux6_12
    memblock.allowResize(through: memory.window)
    let wanted = range(base, 1 << 30 - base)
    try memblock.reserve(wanted)
    // The first table's room is too little for all the pieces.
    #expect(memblock.reserved.maximumCount == 512)
    #expect(memblock.reserved.all.map(\.range) == [wanted])
  }

  @Test func findsNoPlaceBelowTheSecondByte() throws {
    let memory = try #require(SparseMemory())
    var memblock = try Self.full(.reserved)
    memblock.allowResize(through: memory.window)
    #expect(throws: MemblockError.cannotGrow(.reserved)) {
      try memblock.reserve(range(2, 1 << 30 - 2))
    }
  }

  /// Only a table of reservations keeps off what is being added.
  @Test func growsMemoryInsideOfWhatIsAdded() throws {
    let memory = try #require(SparseMemory())
    var memblock = try Self.full(.memory)
    memblock.allowResize(through: memory.window)
    let last = try #require(memblock.memory.all.last).range
    try memblock.add(AddressRange(from: last.start, to: last.end + 4096))
    #expect(memblock.reserved.all.map(\.range) == [range(last.end.value - 8192, 8192)])
  }

  @Test(arguments: [RegionType.memory, .reserved])
  func prefersMirroredMemory(type: RegionType) throws {
    let memory = try #require(SparseMemory())
    var memblock = Memblock()
    try memblock.add(range(1 << 20, 1 << 30))
    memblock.kernelCoreIsMirrored = true
    try memblock.markMirror(range(1 << 20, 1 << 20))
    memblock.allowResize(through: memory.window)
    // Reservations upwards, the last one up to the end of memory: a table lies below it.
    for index in 0..<128 as Range<UInt64> {
      let place = range(4 << 30 + index << 20, 4096)
      if type == .memory { try memblock.add(place) } else { try memblock.reserve(place) }
    }
    if type == .reserved { try memblock.reserve(range(512 << 20, 4 << 30)) }
    // What is reserved there divides into so many regions that the table doubles twice.
    let size: UInt64 = type == .memory ? 8192 : 8192 + 12288
    let table = range(2 << 20 - size, type == .memory ? 8192 : 12288)
    #expect(memblock.reserved.all.first?.range == table)
  }

  @Test func givesTheOldTableBack() throws {
    let memory = try #require(SparseMemory())
    var memblock = try Self.full(.reserved)
    memblock.allowResize(through: memory.window)
    for index in 0..<200 as Range<UInt64> { try memblock.reserve(range((300 + index) << 20, 4096)) }
    #expect(memblock.reserved.maximumCount == 512)
    #expect(memblock.reserved.count == 128 + 200 + 1)
    #expect(!memblock.reserved.all.contains { $0.size == 8192 })
    #expect(memblock.reserved.all.contains { $0.size == 12288 })
  }

  @Test func saysWhenTheWindowDoesNotShowThePlace() throws {
    let memory = try #require(SparseMemory(byteCount: 1 << 20))
    var memblock = try Self.full(.reserved)
    memblock.allowResize(through: memory.window)
    #expect(throws: MemblockError.unreachable(range(1 << 30 - 8192, 8192))) {
      try memblock.reserve(range(1 << 29, 4096))
    }
    #expect(memblock.reserved.count == 128)
  }
}
