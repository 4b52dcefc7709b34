import Addressing
import Testing

@testable import PageAllocator

/// Processors' caches: full, empty, of several zones, and used by several processors.
@Suite struct MagazineTests {
  /// The processor that the test plays.
  nonisolated(unsafe) private static var processor = 0

  private func shared(_ regions: [LayoutRegion]) throws -> TestMachine {
    var options = PageAllocator.Options()
    options.processors = 3
    unsafe Self.processor = 0
    options.hooks.currentProcessor = { unsafe MagazineTests.processor }
    options.highestNode = NodeID(1)
    return try TestMachine(regions, options: options)
  }

  @Test func fullMagazinesComeBackInReverse() throws {
    let machine = try TestMachine([.megabytes(16, 1040)])
    let pages = machine.pages
    for order in 0...10 {
      pages.drainCaches()
      let count = ProcessorCache.capacity + 30
      let blocks = try (0..<count).map { _ in try pages.allocate(FrameRequest(order: order)) }
      #expect(Set(blocks).count == count)
      // One after the other until the magazine is full, and some more.
      for freed in [ProcessorCache.capacity, count] {
        pages.drainCaches()
        for block in blocks.prefix(freed) { try pages.free(block, order: order) }
        let left = freed > ProcessorCache.capacity ? freed - ProcessorCache.capacity / 2 : freed
        #expect(pages.cachedFrames == UInt64(left) << UInt64(order))
        #expect(pages.brokenInvariant == nil)
        for block in blocks.prefix(freed).reversed().prefix(left) {
          #expect(try pages.allocate(FrameRequest(order: order)) == block)
        }
        for block in blocks.prefix(freed - left) {
          #expect(throws: FreeError.self) { try pages.free(block, order: order) }
        }
        // Those that were drained are had again as other blocks.
        for block in blocks.prefix(freed).dropFirst(freed - left) {
          try pages.free(block, order: order)
        }
        pages.drainCaches()
        if freed == count { continue }
        for block in blocks.prefix(freed) {
          try pages.allocate(block..<block + 1 << UInt64(order))
        }
      }
      for block in blocks.dropFirst(count) { try pages.free(block, order: order) }
      pages.drainCaches()
      #expect(pages.brokenInvariant == nil)
      #expect(pages.freeFrames == 1024 << 8)
    }
  }

  @Test func doubleFreesOnAnotherProcessor() throws {
    let machine = try shared([.megabytes(16, 80)])
    let pages = machine.pages
    for order in 0...10 {
      unsafe Self.processor = 0
      let block = try pages.allocate(FrameRequest(order: order))
      unsafe Self.processor = 1
      try pages.free(block, order: order)
      for processor in 0..<3 {
        unsafe Self.processor = processor
        #expect(throws: FreeError.alreadyFree) { try pages.free(block, order: order) }
      }
      #expect(pages.state(of: block) == .free)
      unsafe Self.processor = 1
      #expect(try pages.allocate(FrameRequest(order: order)) == block)
      unsafe Self.processor = 2
      try pages.free(block, order: order)
      #expect(pages.brokenInvariant == nil)
    }
  }

  @Test func theLastFrameOfAnotherProcessorsCacheCanBeHad() throws {
    let machine = try shared([.megabytes(16, 17)])
    let pages = machine.pages
    let all = pages.freeFrames
    _ = try pages.allocate()
    unsafe Self.processor = 1
    var count: UInt64 = 1
    while (try? pages.allocate()) != nil { count += 1 }
    #expect(count == all)
    #expect(pages.freeFrames + pages.cachedFrames == 0)
    #expect(pages.brokenInvariant == nil)
  }

  @Test func blocksGoBackToTheirOwnZones() throws {
    let machine = try shared([.megabytes(8, 40), .megabytes(40, 72, node: 1)])
    let pages = machine.pages
    let before = machine.buddyInfo
    var blocks: [PageFrameNumber] = []
    for index in 0..<200 {
      let request = FrameRequest(
        order: 2, node: NodeID(Int32(index % 2)), isNodeExact: true,
        highestZone: index % 3 == 0 ? .dma : .normal)
      if let block = try? pages.allocate(request) {
        #expect(pages.node(of: block) == request.node)
        blocks.append(block)
      }
    }
    #expect(pages.brokenInvariant == nil)
    for block in blocks { try pages.free(block, order: 2) }
    #expect(pages.brokenInvariant == nil)
    pages.drainCaches()
    #expect(machine.buddyInfo == before)
  }

  @Test func freedGibibytesAreFound() throws {
    let machine = try TestMachine(
      [.megabytes(4096, 12288)], maximumOrder: 18)
    let pages = machine.pages
    func gibibytes() throws -> [PageFrameNumber] {
      try (0..<8).map { _ in try pages.allocate(FrameRequest(order: 18)) }
    }
    for block in try gibibytes() { try pages.free(block, order: 18) }
    // Every chunk divided, and merged again.
    var singles: [PageFrameNumber] = []
    for chunk in 0..<512 {
      let frame = PageFrameNumber(1 << 20 + UInt64(chunk) << 12 + 77)
      try pages.allocate(frame..<frame + 1)
      singles.append(frame)
    }
    #expect(throws: AllocationError.outOfMemory) {
      _ = try pages.allocate(FrameRequest(order: 12))
    }
    for frame in singles { try pages.free(frame) }
    let blocks = try gibibytes()
    #expect(Set(blocks).count == 8)
    #expect(throws: AllocationError.outOfMemory) { _ = try pages.allocate() }
    for block in blocks { try pages.free(block, order: 18) }
    #expect(pages.brokenInvariant == nil)
  }

  @Test func ownersFree() throws {
    let pages = try TestMachine([.megabytes(16, 64)]).pages
    let all = pages.freeFrames
    func free() -> UInt64 { pages.freeFrames + pages.cachedFrames }
    do {
      let block = try pages.allocateOwned(FrameRequest(order: 3))
      #expect(block.order == 3)
      #expect(block.node == NodeID(0))
      #expect(block.frames == block.frame..<block.frame + 8)
      #expect(free() == all - 8)
    }
    #expect(free() == all)
    let block = try pages.allocateOwned(FrameRequest(order: 1))
    block.free()
    #expect(free() == all)
    let frame = try pages.allocateOwned().take()
    #expect(free() == all - 1)
    try pages.free(frame)
    #expect(free() == all)
  }

  @Test func brokenRecordsAreFound() throws {
    let pages = try TestMachine([.megabytes(16, 64)]).pages
    let frame = try pages.allocate(FrameRequest(order: 3))
    #expect(pages.brokenInvariant == nil)
    let zone = ZoneKind.dma32.rawValue
    pages.zones[zone].freeFrames += 1
    #expect(pages.broken == "the count of free frames is wrong")
    pages.zones[zone].freeFrames -= 1
    // A mark that no cache knows of.
    let slot = Int(frame.value &+ pages.pieces[0].offset)
    #expect(pages.zones[zone].mark(3, at: slot) != nil)
    #expect(pages.broken == "a block is marked and in no cache")
    pages.zones[zone].words[0][slot >> 6].unmark(first: 1 << UInt64(slot & 63))
    #expect(pages.brokenInvariant == nil)
    for unit in 0..<64 {
      for order in 0...18 {
        pages.zones[zone].branches[1][0].correctPromise(of: unit, from: order, to: -1)
      }
    }
    #expect(pages.broken == "a unit with a free block doesn't promise it")
  }
}

extension PageAllocator {
  /// The first broken invariant as text that can be compared.
  fileprivate var broken: String? { brokenInvariant.map { "\($0)" } }
}
