import Addressing
import Memblock
import Testing

/// Names, the third table, limits, and the trace language's malformed lines.
struct TableTests {
  @Test func keepsNamedReservations() throws {
    var memblock = Memblock()
    try memblock.add(range(1 << 20, 1 << 20))
    func reserve(_ name: String, _ size: UInt64 = 4096) throws -> AddressRange {
      try memblock.reserve(named: name.utf8Span.span.raw, size: size, alignment: 0)
    }
    func find(_ name: String) -> AddressRange? {
      memblock.reservation(named: name.utf8Span.span.raw)
    }
    let memory = try reserve("trace")
    #expect(memory == range(1 << 21 - 4096, 4096))
    #expect(find("trace") == range(1 << 21 - 4096, 4096))
    #expect(find("trac") == nil)
    #expect(throws: MemblockError.nameTaken) { _ = try reserve("trace") }
    #expect(throws: MemblockError.invalidName) { _ = try reserve("") }
    #expect(throws: MemblockError.invalidName) { _ = try reserve(" \t ") }
    #expect(throws: MemblockError.invalidName) { _ = try reserve("sixteen bytes :)") }
    // All 15 bytes of a name tell it from others.
    #expect(try reserve("fifteen bytes 1") != reserve("fifteen bytes 2"))
    #expect(try reserve("12345678a") != reserve("12345678b"))
    #expect(find("fifteen bytes 3") == nil && find("fifteen byt") == nil)
    #expect(throws: MemblockError.emptyReservation) { _ = try reserve("none", 0) }
    #expect(throws: MemblockError.outOfMemory(size: 1 << 30)) { _ = try reserve("huge", 1 << 30) }
    for index in 1..<4 { _ = try reserve("name \(index)") }
    #expect(throws: MemblockError.tooManyNamedReservations) { _ = try reserve("ninth") }
  }

  @Test func listsPhysicalMemoryOutsideATable() throws {
    var memblock = Memblock()
    try memblock.addPhysmem(range(0, 0x10_0000))
    try memblock.addPhysmem(range(0x20_0000, 0x10_0000))
    try memblock.reserve(range(0x1000, 0x1000))
    try memblock.add(range(0, 0x10_0000))
    var found: [AddressRange] = []
    memblock.forEachPhysmemRange(outside: .reserved) { found.append($0.range) }
    #expect(
      found == [range(0, 0x1000), range(0x2000, 0xf_e000), range(0x20_0000, 0x10_0000)])
    found = []
    memblock.forEachPhysmemRange(outside: .memory) { found.append($0.range) }
    #expect(found == [range(0x20_0000, 0x10_0000)])
  }

  @Test func findsTheLowestFreeMemoryInBounds() throws {
    var memblock = Memblock()
    try memblock.add(range(0x1000, 0x4000))
    try memblock.reserve(range(0x2000, 0x1000))
    #expect(memblock.firstFreeRange(in: range(0, 0x8000)) == range(0x1000, 0x1000))
    #expect(memblock.firstFreeRange(in: range(0x1800, 0x400)) == range(0x1800, 0x400))
    // The first free range ends where these bounds begin.
    #expect(memblock.firstFreeRange(in: range(0x2000, 0x1800)) == range(0x3000, 0x800))
    #expect(memblock.firstFreeRange(in: range(0x2000, 0x1000)) == nil)
  }

  @Test func leavesOutWhatTrimmingWouldWrap() throws {
    var memblock = Memblock()
    try memblock.add(range(.max - 0x800, 0x700))
    try memblock.add(range(0x1800, 0x2000))
    try memblock.trimMemory(to: 4096)
    #expect(memblock.memory.all.map(\.range) == [range(0x2000, 0x1000)])
  }

  @Test func keepsNoMapWhenMemoryIsCapped() throws {
    var memblock = Memblock()
    try memblock.add(range(0, 0x10_0000))
    try memblock.markNoMap(range(0xf_0000, 0x1000))
    try memblock.reserve(range(0x9_0000, 0x1000))
    try memblock.limitMappedMemory(0x8_0000)
    #expect(memblock.memory.all.map(\.range) == [range(0, 0x8_0000), range(0xf_0000, 0x1000)])
    #expect(memblock.reserved.count == 0)
  }

  @Test func countsMemoryWithoutANode() throws {
    var memblock = Memblock()
    try memblock.add(range(0, 0x10_0000), node: NodeID(0))
    try memblock.add(range(0x10_0000, 0x2000))
    #expect(memblock.coversNodes(exceptFor: 0x2000) == true)
    #expect(memblock.coversNodes(exceptFor: 0x1fff) == false)
    let region = memblock.region(holding: PageFrameNumber(0x101))
    let found = try #require(region)
    #expect(found.node == .unset)
    #expect(found.frames == PageFrameNumber(0x100)..<PageFrameNumber(0x102))
  }

  @Test func answersQuestions() throws {
    var memblock = Memblock()
    #expect(memblock.startOfMemory == nil && memblock.endOfMemory == nil)
    try memblock.add(range(0x1000, 0x4000))
    try memblock.markNoMap(range(0x4000, 0x1000))
    try memblock.reserve(range(0x2000, 0x1000))
    #expect(memblock.startOfMemory?.value == 0x1000 && memblock.endOfMemory?.value == 0x5000)
    #expect(memblock.isMemory(PhysicalAddress(0x4fff)) == true)
    #expect(memblock.isMemory(PhysicalAddress(0x5000)) == false)
    #expect(memblock.isMappedMemory(PhysicalAddress(0x4000)) == false)
    #expect(memblock.isReserved(PhysicalAddress(0x2000)) == true)
    #expect(memblock.isMemory(range(0x1000, 0x3000)) == true)
    #expect(memblock.isMemory(range(0x1000, 0x4000)) == false)
    #expect(memblock.isReserved(range(0x1000, 0x1001)) == true)
    // What is not reserved for the kernel.
    #expect(memblock.estimatedFreeFrames == 4)
  }

  /// The memory ends there in either case; what is reserved in the hole above goes too.
  @Test func aLimitAtTheEndOfARegionCutsTheHoleBehindIt() throws {
    var memblock = Memblock()
    try memblock.add(range(0, 1 << 20))
    try memblock.add(range(4 << 20, 1 << 20))
    try memblock.reserve(range(2 << 20, 4096))
    try memblock.enforceMemoryLimit(1 << 20)
    #expect(memblock.memory.all.map(\.range) == [range(0, 1 << 20)])
    #expect(memblock.reserved.count == 0)
  }

  /// C's loops go on from two indices, and meet the same ranges.
  @Test(arguments: [Direction.upwards, .downwards])
  func goesOnFromAPosition(direction: Direction) throws {
    var memblock = Memblock()
    for index in 0..<6 as Range<UInt64> {
      try memblock.add(range(index << 20, 0xf_0000), node: NodeID(Int32(index % 2)))
      try memblock.reserve(range(index << 20 + 0x2_0000, 0x1000), node: NodeID(Int32(index)))
      try memblock.reserve(range(index << 20 + 0xe_f000, 0x2000))
    }
    // Now the empty slots are among the regions.
    try memblock.reserve(range(0x5_0000, 0x1000))
    var expected: [AddressRange] = []
    memblock.forEachFreeRange(direction, node: NodeID(1)) { expected.append($0.range) }
    #expect(expected.count == 6)
    var position: RangePosition?
    var found: [AddressRange] = []
    while let next = memblock.range(
      at: &position, in: .memory, outside: .reserved, node: NodeID(1), flags: .none, direction)
    {
      found.append(next.range)
    }
    #expect(found == expected)
    position = nil
    found = []
    while let next = memblock.range(
      at: &position, in: .reserved, outside: nil, node: .none, flags: .none, direction)
    {
      found.append(next.range)
    }
    let all = memblock.reserved.all.map(\.range)
    #expect(found == (direction == .upwards ? all : all.reversed()))
    for (region, gap) in [(-2, 0), (7, 0), (0, -1), (0, 14)] {
      position = RangePosition(region: region, gap: gap)
      let none = memblock.range(
        at: &position, in: .memory, outside: .reserved, node: .none, flags: .none, direction)
      #expect(none == nil)
    }
  }
}
