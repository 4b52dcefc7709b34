import Addressing
import Memblock
import MemblockTrace
import Testing

/// The end of early boot.
struct HandOverTests {
  @Test func givesEveryFreeFrameAndMarksTheOthers() throws {
    var memblock = Memblock()
    try memblock.add(range(0x1000, 0x9_e000), node: NodeID(0))
    try memblock.add(range(0x10_0000, 0x10_0000), node: NodeID(1))
    try memblock.markNoMap(range(0x1f_0000, 0x1_0000))
    try memblock.reserve(range(0x1800, 0x1000))
    try memblock.reserve(range(0x18_0000, 0x1000))
    try memblock.markReservedNoInit(range(0x18_0000, 0x1000))
    var receiver = RecordingReceiver()
    let frames = try memblock.freeAll(to: &receiver)
    #expect(receiver.released == [0x3..<0x9f, 0x100..<0x180, 0x181..<0x1f0])
    #expect(frames == 0x9c + 0x80 + 0x6f)
    #expect(receiver.reserved.map(\.range) == [range(0x1f_0000, 0x1_0000), range(0x1800, 0x1000)])
    #expect(receiver.reserved.map(\.node) == [NodeID(1), NodeID(0)])
  }

  /// When the table grows while nodes are set, everything is done again: the table's own
  /// reservation gets a node too, and NOMAP memory is mentioned once more, as in Linux.
  @Test func setsNodesAgainWhenTheTableGrows() throws {
    let memory = try #require(SparseMemory())
    var memblock = Memblock()
    try memblock.add(range(0, 512 << 20), node: NodeID(0))
    try memblock.add(range(512 << 20, 512 << 20), node: NodeID(1))
    let unmapped = range(600 << 20, 1 << 20)
    try memblock.markNoMap(unmapped)
    memblock.allowResize(through: memory.window)
    for index in 1..<127 as Range<UInt64> { try memblock.reserve(range(index << 20, 4096)) }
    // A reservation across the nodes, whose split takes one region more than there is room for.
    try memblock.reserve(range(511 << 20, 2 << 20))
    #expect(memblock.reserved.maximumCount == 128)
    var receiver = RecordingReceiver()
    try memblock.freeAll(to: &receiver)
    #expect(memblock.reserved.maximumCount == 256)
    #expect(receiver.reserved.filter { $0.range == unmapped }.count == 2)
    let table = try #require(memblock.reserved.all.last)
    #expect(table.range == range(1 << 30 - 8192, 8192) && table.node == NodeID(1))
  }

  @Test func endsAtTheLimit() throws {
    var memblock = Memblock()
    try memblock.add(range(0x10_0000, 0x10_0000))
    var receiver = RecordingReceiver()
    #expect(try memblock.freeAll(to: &receiver, below: PageFrameNumber(0x180)) == 0x80)
    #expect(receiver.released == [0x100..<0x180])
  }

  @Test func givesGrownTablesBackAndAnswersNoMore() throws {
    let memory = try #require(SparseMemory())
    var memblock = Memblock()
    memblock.allowResize(through: memory.window)
    try memblock.add(range(1 << 20, 1 << 30))
    for index in 0..<130 as Range<UInt64> { try memblock.reserve(range(1 << 21 + index << 13, 64)) }
    var receiver = RecordingReceiver()
    try memblock.freeAll(to: &receiver)
    receiver.released = []
    try memblock.tearDown(to: &receiver)
    // The table of 256, at the top of memory.
    let table: Range<UInt64> = 0x4_00fe..<0x4_0100
    #expect(receiver.released == [table])
    #expect(memblock.memory.count == 0 && memblock.reserved.count == 0)
    #expect(memblock.brokenInvariant == nil)

    let page = range(1 << 20, 4096)
    #expect(throws: MemblockError.tornDown) { try memblock.add(page) }
    #expect(throws: MemblockError.tornDown) { try memblock.add(page, node: NodeID(0)) }
    #expect(throws: MemblockError.tornDown) { try memblock.remove(page) }
    #expect(throws: MemblockError.tornDown) { try memblock.reserve(page) }
    #expect(throws: MemblockError.tornDown) { try memblock.free(page) }
    #expect(throws: MemblockError.tornDown) { try memblock.addPhysmem(page) }
    #expect(throws: MemblockError.tornDown) { try memblock.setNode(NodeID(0), of: page) }
    #expect(throws: MemblockError.tornDown) { try memblock.markHotplug(page) }
    #expect(throws: MemblockError.tornDown) { try memblock.trimMemory(to: 4096) }
    #expect(throws: MemblockError.tornDown) { try memblock.enforceMemoryLimit(1) }
    #expect(throws: MemblockError.tornDown) { try memblock.limitMappedMemory(1) }
    #expect(throws: MemblockError.tornDown) { try memblock.capMemory(at: .zero, size: 1) }
    #expect(throws: MemblockError.tornDown) { _ = try memblock.allocate(size: 1, alignment: 1) }
    #expect(throws: MemblockError.tornDown) { _ = try memblock.allocateRaw(size: 1, alignment: 1) }
    #expect(throws: MemblockError.tornDown) { _ = try memblock.allocateLow(size: 1, alignment: 1) }
    #expect(throws: MemblockError.tornDown) { _ = try memblock.allocateHugePage(size: 4096) }
    #expect(throws: MemblockError.tornDown) {
      _ = try memblock.reserve(named: "log".utf8Span.span.raw, size: 1, alignment: 1)
    }
    #expect(throws: MemblockError.tornDown) { try memblock.freeAll(to: &receiver) }
    #expect(throws: MemblockError.tornDown) { try memblock.tearDown(to: &receiver) }
    // Questions get the answers of empty tables.
    #expect(!memblock.isMemory(page) && !memblock.isReserved(page.start))
    #expect(!memblock.isMappedMemory(page.start) && memblock.coversNodes(exceptFor: 0))
    #expect(memblock.region(holding: PageFrameNumber(1)) == nil && memblock.endOfMemory == nil)
    memblock.forEachFreeRange { Issue.record("\($0) is free after the end") }
    // What was reserved can still be given to the page allocator.
    try memblock.freeLate(range(1 << 21, 0x1800), to: &receiver)
    #expect(receiver.released.last == 0x200..<0x201)
    let beyond = range(0, 1 << 62)
    #expect(throws: MemblockError.notHandedOver(beyond)) {
      try memblock.freeLate(beyond, to: &receiver)
    }
  }

  @Test func nothingIsFreedLateBeforeTheHandOver() throws {
    var memblock = Memblock()
    var receiver = RecordingReceiver()
    try memblock.add(range(0, 1 << 20))
    #expect(throws: MemblockError.notHandedOver(range(0, 0x1000))) {
      try memblock.freeLate(range(0, 0x1000), to: &receiver)
    }
  }

  @Test func namedMemoryIsReleasedFilledWithZeros() throws {
    let memory = try #require(SparseMemory())
    var memblock = Memblock()
    memblock.setWindow(memory.window)
    try memblock.add(range(0, 1 << 20))
    let name = Array("log".utf8)
    let kept = try memblock.reserve(named: name.span.raw, size: 0x2400, alignment: 0x1000)
    memory.window.fill(kept, with: 0xa5)
    var receiver = RecordingReceiver()
    #expect(throws: MemblockError.notHandedOver(kept)) {
      try memblock.release(named: name.span.raw, to: &receiver)
    }
    try memblock.freeAll(to: &receiver)
    #expect(try memblock.release(named: name.span.raw, to: &receiver) == kept)
    #expect(receiver.released.last == 0xfd..<0xff)
    #expect(memory.window.load(UInt8.self, at: kept.start + 0x1fff) == 0)
    #expect(memory.window.load(UInt8.self, at: kept.start + 0x2000) == 0xa5)
    #expect(memblock.reservation(named: name.span.raw) == nil)
    #expect(try memblock.release(named: name.span.raw, to: &receiver) == nil)
  }

  @Test func visitsTheFreeFramesOfAZone() throws {
    var memblock = Memblock()
    try memblock.add(range(0x1800, 0xe800), node: NodeID(0))
    try memblock.add(range(0x10_0000, 0x10_0000), node: NodeID(1))
    try memblock.reserve(range(0x4800, 0x1000))
    var found: [Range<UInt64>] = []
    func visit(_ node: NodeID, _ zone: Range<UInt64>) {
      found = []
      memblock.forEachFreeFrameRange(
        node: node, in: PageFrameNumber(zone.lowerBound)..<PageFrameNumber(zone.upperBound)
      ) { found.append($0.lowerBound.value..<$0.upperBound.value) }
    }
    visit(NodeID(0), 0..<0x200)
    #expect(found == [2..<4, 6..<16])
    visit(NodeID(0), 3..<7)
    #expect(found == [3..<4, 6..<7])
    visit(NodeID(0), 4..<6)
    #expect(found == [])
    visit(.none, 15..<0x101)
    #expect(found == [15..<16, 0x100..<0x101])
  }

  @Test func dividesFramesIntoBuddyBlocks() {
    var blocks = BuddyBlockCursor(PageFrameNumber(3)..<PageFrameNumber(0x1801))
    var found: [[UInt64]] = []
    while let (frame, order) = blocks.next() { found.append([frame.value, UInt64(order)]) }
    #expect(
      found == [
        [3, 0], [4, 2], [8, 3], [16, 4], [32, 5], [64, 6], [128, 7], [256, 8], [512, 9],
        [0x400, 10], [0x800, 10], [0xc00, 10], [0x1000, 10], [0x1400, 10], [0x1800, 0],
      ] as [[UInt64]])
    var first = BuddyBlockCursor(PageFrameNumber(0)..<PageFrameNumber(6))
    #expect(first.next()?.order == 2)
  }
}
