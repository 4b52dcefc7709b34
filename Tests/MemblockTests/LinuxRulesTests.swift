import Addressing
import Memblock
import Testing

/// What Linux 7.3 does otherwise than 6.12, and what it has more of.
struct LinuxRulesTests {
  @Test func neighboursOfTheKernelStayApart() throws {
    for rules in [LinuxRules.linux6_12, .linux7_3] {
      var memblock = Memblock()
      memblock.rules = rules
      try memblock.add(range(0x1000, 0x4000))
      try memblock.reserve(range(0x3000, 0x1000))
      #expect(try memblock.allocate(size: 0x1000, alignment: 1).start.value == 0x4000)
      #expect(try memblock.allocate(size: 0x1000, alignment: 1).start.value == 0x2000)
      #expect(memblock.reserved.count == (rules == .linux6_12 ? 1 : 3))
    }
  }

  @Test func whatTheKernelHasNotReservedIsEstimatedFree() throws {
    var memblock = Memblock()
    #expect(memblock.rules == .linux7_3)
    memblock.rules = .linux6_12
    try memblock.add(range(0x1000, 0x4000))
    try memblock.reserve(range(0x1000, 0x2000))
    try memblock.reserve(range(0x3000, 0x1000), node: .none, flags: .reservedKernel)
    #expect(memblock.estimatedFreeFrames == 1)
    memblock.rules = .linux7_3
    #expect(memblock.estimatedFreeFrames == 3)
  }

  @Test func fallingBackRecordsNoNode() throws {
    var memblock = Memblock()
    try memblock.add(range(0x1000, 0x1000), node: NodeID(0))
    try memblock.add(range(0x4000, 0x1000), node: NodeID(1))
    for _ in 0..<2 { _ = try memblock.allocate(size: 0x1000, alignment: 1, node: NodeID(0)) }
    #expect(memblock.reserved[0].node == NodeID(0))
    #expect(memblock.reserved[1].node == .none)
  }

  @Test func onlyScratchIsAllocatedWhileNothingElseIsKnown() throws {
    var memblock = Memblock()
    try memblock.add(range(0x1000, 0x4000))
    try memblock.markScratch(range(0x2000, 0x1000))
    memblock.allocatesOnlyScratch = true
    #expect(try memblock.allocate(size: 0x1000, alignment: 1).start.value == 0x2000)
    #expect(throws: MemblockError.outOfMemory(size: 1)) {
      _ = try memblock.allocate(size: 1, alignment: 1)
    }
    memblock.allocatesOnlyScratch = false
    #expect(try memblock.allocate(size: 0x1000, alignment: 1).start.value == 0x4000)
  }

  @Test func hugePagesAreAlignedByTheirSize() throws {
    var memblock = Memblock()
    try memblock.add(range(0x1000, 0x8000), node: NodeID(0))
    #expect(try memblock.allocateHugePage(size: 0x4000, node: NodeID(1)).start.value == 0x4000)
    #expect(memblock.reserved[0].flags == RegionFlags.reservedKernel.union(.reservedHugePages))
    #expect(memblock.reserved[0].node == .none)
    #expect(memblock.hugePageReservedSize(below: .max) == 0x4000)
    #expect(throws: MemblockError.outOfMemory(size: 0x4000)) {
      _ = try memblock.allocateHugePage(size: 0x4000)
    }
  }
}
