import Addressing
import Memblock
import MemblockTrace
import Testing

struct AllocationTests {
  @Test func neverGivesTheFirstPage() throws {
    var memblock = Memblock()
    memblock.isBottomUp = true
    try memblock.add(range(0, 8192))
    #expect(try memblock.allocate(size: 64, alignment: 64).start.value == 4096)
    try memblock.reserve(range(4096, 4096))
    #expect(throws: MemblockError.outOfMemory(size: 64)) {
      _ = try memblock.allocate(size: 64, alignment: 64)
    }
  }

  /// The index counts in units of 128 bytes, and an allocation may take all of the last one.
  @Test(arguments: [0x1080, 0x107f, 0x1001, 1] as [UInt64], [false, true])
  func takesAGapToItsLastByte(size: UInt64, isBottomUp: Bool) throws {
    var memblock = Memblock()
    memblock.isBottomUp = isBottomUp
    try memblock.add(range(0x1_0000, 0x2_0000))
    try memblock.reserve(range(0x1_0000, 0x8000))
    try memblock.reserve(range(0x1_8000 + size, 0x1_8000 - size))
    #expect(try memblock.allocate(size: size, alignment: 1) == range(0x1_8000, size))
    #expect(throws: MemblockError.outOfMemory(size: 1)) {
      try memblock.allocate(size: 1, alignment: 1)
    }
  }

  /// The only byte within the bounds is the one above the lowest reservation.
  @Test(arguments: [false, true])
  func findsTheByteBesideTheFirstReservation(isBottomUp: Bool) throws {
    var memblock = Memblock()
    memblock.isBottomUp = isBottomUp
    try memblock.add(range(0x1000, 0x8000))
    try memblock.reserve(range(0x1000, 0x1000))
    try memblock.reserve(range(0x4000, 0x1000))
    let byte = try memblock.allocate(
      size: 1, alignment: 1, minimum: PhysicalAddress(0x1800), maximum: PhysicalAddress(0x2001))
    #expect(byte == range(0x2000, 1))
  }

  @Test func hasTheTextOfThePanic() {
    #expect(
      MemblockError.outOfMemory(size: 4096).text
        == "test: Failed to allocate 0x0000000000001000 bytes")
  }

  @Test func zeroesThroughTheWindow() throws {
    let memory = try #require(SparseMemory())
    var memblock = Memblock()
    try memblock.add(range(1 << 20, 1 << 20))
    #expect(throws: MemblockError.unreachable(range(2 << 20 - 4096, 4096))) {
      _ = try memblock.allocateZeroed(size: 4096, alignment: 4096)
    }
    #expect(memblock.reserved.count == 0)
    memblock.setWindow(memory.window)
    memory.window.fill(range(1 << 20, 1 << 20), with: 0xa5)
    let address = try memblock.allocateZeroed(size: 4096, alignment: 4096).start
    #expect(memory.window.load(UInt64.self, at: address) == 0)
    #expect(memory.window.load(UInt64.self, at: address + 4088) == 0)
    #expect(memory.window.load(UInt8.self, at: address - 1) == 0xa5)
  }

  /// For Linux's functions 0 and 1 stand for the current limit.
  @Test func boundsOfLinuxAreAddressesFrom2On() {
    #expect(PhysicalAddress(linuxUpperBound: 0) == nil)
    #expect(PhysicalAddress(linuxUpperBound: 1) == nil)
    #expect(PhysicalAddress(linuxUpperBound: 2) == PhysicalAddress(2))
    #expect(PhysicalAddress(linuxUpperBound: .max) == .max)
  }

  @Test func prefersTheMinimumButDropsIt() throws {
    var memblock = Memblock()
    try memblock.add(range(1 << 20, 1 << 20))
    let high = PhysicalAddress(1 << 30)
    #expect(throws: MemblockError.outOfMemory(size: 4096)) {
      _ = try memblock.allocate(size: 4096, alignment: 4096, minimum: high)
    }
    let address = try memblock.allocateRaw(size: 4096, alignment: 4096, preferring: high).start
    #expect(address.value == 2 << 20 - 4096)
  }

  @Test func prefersMirroredMemory() throws {
    var memblock = Memblock()
    try memblock.add(range(1 << 20, 4 << 20))
    try memblock.markMirror(range(1 << 20, 4096))
    #expect(memblock.hasMirroredMemory == false)
    memblock.kernelCoreIsMirrored = true
    try memblock.markMirror(range(1 << 20, 4096))
    #expect(try memblock.allocate(size: 4096, alignment: 4096).start.value == 1 << 20)
    // The mirrored page is taken; any other does.
    #expect(try memblock.allocate(size: 4096, alignment: 4096).start.value == 5 << 20 - 4096)
  }

  /// As Linux does, which sets the flag before it looks for room.
  @Test func knowsOfMirroredMemoryThatCouldNotBeMarked() throws {
    var memblock = try GrowthTests.full(.memory)
    memblock.kernelCoreIsMirrored = true
    let region = memblock.memory[0].range
    #expect(throws: MemblockError.tableFull(.memory)) {
      try memblock.markMirror(range(region.start.value + 4096, 4096))
    }
    #expect(memblock.hasMirroredMemory == true)
  }

  @Test func takesAnotherNodeUnlessToldNotTo() throws {
    var memblock = Memblock()
    try memblock.add(range(1 << 20, 4096), node: NodeID(0))
    try memblock.add(range(1 << 21, 8192), node: NodeID(1))
    #expect(throws: MemblockError.outOfMemory(size: 8192)) {
      _ = try memblock.allocate(size: 8192, alignment: 1, node: NodeID(0), isNodeExact: true)
    }
    #expect(try memblock.allocate(size: 8192, alignment: 1, node: NodeID(0)).start.value == 1 << 21)
  }

  @Test func recordsKernelReservationsWhenAsked() throws {
    var memblock = Memblock()
    memblock.rules = .linux7_3
    try memblock.add(range(1 << 20, 1 << 20), node: NodeID(0))
    _ = try memblock.allocate(size: 4096, alignment: 4096, node: NodeID(0))
    try memblock.reserve(range(1 << 20, 4096))
    #expect(memblock.reserved[0].node == .none && memblock.reserved[0].flags == .none)
    #expect(memblock.reserved[1].node == NodeID(0))
    #expect(memblock.reserved[1].flags == .reservedKernel)
    #expect(memblock.kernelReservedSize(below: .max) == 4096)
  }

  @Test func refusesNodesAndFlagsThatDoNotExist() throws {
    var memblock = Memblock()
    #expect(throws: MemblockError.invalidNode(NodeID(2000))) {
      try memblock.add(range(0, 4096), node: NodeID(2000))
    }
    let flags = RegionFlags(rawValue: 0x100)
    #expect(throws: MemblockError.invalidFlags(flags)) {
      try memblock.add(range(0, 4096), node: NodeID(0), flags: flags)
    }
    #expect(throws: MemblockError.invalidNode(NodeID(-2))) {
      try memblock.add(range(0, 4096), node: NodeID(-2))
    }
    #expect(memblock.memory.count == 0)
    // The last that do.
    try memblock.add(range(0, 4096), node: .unset, flags: RegionFlags(rawValue: 0xff))
    try memblock.add(range(4096, 4096), node: .none)
    #expect(memblock.memory.all.map(\.node) == [.unset, .none])
    #expect(memblock.memory[0].flags.rawValue == 0xff)
  }

  @Test func findsPlacesAmongManyReservations() throws {
    let memory = try #require(SparseMemory())
    var memblock = Memblock()
    memblock.allowResize(through: memory.window)
    try memblock.add(range(1 << 30, 1 << 30))
    // Gaps of 4 KiB, but for one of 64 KiB that is badly aligned and one that is not.
    for index in 0..<300 as Range<UInt64> {
      try memblock.reserve(range(1 << 30 + index << 13, 4096))
    }
    try memblock.reserve(range(1 << 30 + 300 << 13, 1 << 30 - 300 << 13))
    try memblock.free(range(1 << 30 + 0x38000, 0x10000))
    try memblock.free(range(1 << 30 + 0x90000, 0x10000))
    let address = try memblock.allocate(size: 0x10000, alignment: 0x10000).start
    #expect(address.value == 1 << 30 + 0x90000)
    #expect(throws: MemblockError.outOfMemory(size: 0x10000)) {
      _ = try memblock.allocate(size: 0x10000, alignment: 0x10000)
    }
    #expect(memblock.brokenInvariant == nil)
  }
}
