import Addressing
import PageAllocator
import Testing

/// Blocks that were freed and not merged yet: nobody can tell, but by what is handed out next.
///
/// Counting free blocks merges everything, so each test does that last.
@Suite struct ShelfTests {
  /// The ways in which an allocator can be used; frees take another way in each.
  enum Use: CaseIterable {
    case alone
    case withInterrupts
    case shared

    var options: PageAllocator.Options {
      var options = PageAllocator.Options()
      switch self {
      case .alone: break
      case .withInterrupts: options.hooks.disableInterrupts = { 0 }
      case .shared:
        options.processors = 2
        options.hooks.currentProcessor = { 0 }
      }
      return options
    }
  }

  private func machine(_ use: Use, maximumOrder: Int = 10) throws -> TestMachine {
    try TestMachine([.megabytes(16, 144)], maximumOrder: maximumOrder, options: use.options)
  }

  /// A block that was freed and is on the shelf. One of order 0 could be in a processor's cache
  /// instead, but not once others were allocated after it.
  private func freedBlock(of order: Int, on pages: PageAllocator) throws -> PageFrameNumber {
    let block = try pages.allocate(FrameRequest(order: order))
    if order == 0 { for _ in 0..<200 { _ = try pages.allocate() } }
    try pages.free(block, order: order)
    return block
  }

  /// What is allocated and freed in turns is the same block each time, and divides and merges
  /// nothing.
  @Test(arguments: Use.allCases)
  func theLastComesBack(_ use: Use) throws {
    let pages = try machine(use).pages
    for order in 0...10 {
      let others = try (0..<3).map { _ in try pages.allocate(FrameRequest(order: order)) }
      let block = try pages.allocate(FrameRequest(order: order))
      for _ in 0..<3 {
        try pages.free(block, order: order)
        #expect(pages.brokenInvariant == nil)
        #expect(try pages.allocate(FrameRequest(order: order)) == block)
      }
      for block in others + [block] { try pages.free(block, order: order) }
    }
  }

  /// Of several blocks one is kept at most; the next are the lowest, wherever the last was freed.
  @Test func theLowestComesFirst() throws {
    let machine = try machine(.alone)
    let pages = machine.pages
    for order in 1...9 {
      let blocks = try (0..<32).map { _ in try pages.allocate(FrameRequest(order: order)) }.sorted()
      // Every second one, so that none merges; the last first.
      for index in stride(from: 30, through: 0, by: -2) {
        try pages.free(blocks[index], order: order)
      }
      let again = try (0..<16).map { _ in try pages.allocate(FrameRequest(order: order)) }
      let lowest = stride(from: 0, through: 30, by: 2).map { blocks[$0] }
      #expect(again.sorted() == lowest)
      // The first may be from the shelf.
      #expect(again.dropFirst() == lowest.filter { $0 != again[0] }[...])
      for block in blocks { try pages.free(block, order: order) }
      #expect(pages.brokenInvariant == nil)
    }
  }

  /// A block smaller than a group stays as it is until its buddy is freed; one that has a free buddy
  /// merges at once, and makes a block of the next order at its place.
  @Test func aFreeBuddyMerges() throws {
    for order in 1...4 {
      let pages = try machine(.alone).pages
      let blocks = try (0..<8).map { _ in try pages.allocate(FrameRequest(order: order)) }.sorted()
      // The one on the shelf, two buddies, and none of them allocated last.
      try pages.free(blocks[6], order: order)
      try pages.free(blocks[2], order: order)
      try pages.free(blocks[3], order: order)
      #expect(try pages.allocate(FrameRequest(order: order + 1)) == blocks[2])
      #expect(pages.brokenInvariant == nil)
    }
  }

  @Test(arguments: Use.allCases)
  func noSecondFree(_ use: Use) throws {
    for order in 0...10 {
      let machine = try machine(use)
      let pages = machine.pages
      let block = try freedBlock(of: order, on: pages)
      let free = pages.freeFrames + pages.cachedFrames
      #expect(throws: FreeError.alreadyFree) { try pages.free(block, order: order) }
      for wrong in 0...10 where wrong != order && block.value.isAligned(to: 1 << UInt64(wrong)) {
        #expect(throws: FreeError.alreadyFree) { try pages.free(block, order: wrong) }
      }
      let last = block + (1 << UInt64(order)) - 1
      #expect(throws: FreeError.alreadyFree) { try pages.free(last) }
      #expect(throws: FreeError.alreadyFree) { try pages.free(block..<last + 1) }
      #expect(pages.state(of: block) == .free)
      #expect(pages.state(of: last) == .free)
      #expect(pages.brokenInvariant == nil)
      #expect(pages.freeFrames + pages.cachedFrames == free)
    }
  }

  @Test(arguments: Use.allCases)
  func neighboursOfWhatIsOnTheShelf(_ use: Use) throws {
    for order in 0...9 {
      let machine = try machine(use)
      let pages = machine.pages
      let before = machine.buddyInfo
      let size = UInt64(1) << UInt64(order)
      let blocks = try (0..<min(256, 32768 >> order)).map { _ in
        try pages.allocate(FrameRequest(order: order))
      }
      let starts = Set(blocks.map(\.value))
      for block in blocks where block.value / size % 2 == 0 { try pages.free(block, order: order) }
      for block in blocks where block.value / size % 2 == 1 {
        #expect(pages.state(of: block) == .head(order: order))
        if starts.contains(block.value - size) {
          #expect(throws: FreeError.self) { try pages.free(block - size, order: order + 1) }
        }
        #expect(throws: FreeError.self) { try pages.free(block, order: order + 1) }
        try pages.free(block, order: order)
      }
      #expect(pages.brokenInvariant == nil)
      pages.drainCaches()
      #expect(pages.brokenInvariant == nil)
      #expect(machine.buddyInfo == before)
    }
  }

  /// Each frame of a chunk full of blocks, freed with each order that it doesn't have.
  @Test func everyWrongFree() throws {
    let pages = try TestMachine([.megabytes(16, 32)]).pages
    var random = Xorshift()
    var orders: [UInt64: Int] = [:]
    for _ in 0..<1000 {
      let order = min(Int(random.next() % 8), Int(random.next() % 8))
      guard let block = try? pages.allocate(FrameRequest(order: order)) else { continue }
      orders[block.value] = order
    }
    for (block, order) in orders where random.next() % 4 == 0 {
      try pages.free(PageFrameNumber(block), order: order)
      orders[block] = nil
    }
    let free = pages.freeFrames + pages.cachedFrames
    for frame in UInt64(0x1000)..<0x2000 {
      for order in 0...12 where orders[frame] != order {
        let isRefused = (try? pages.free(PageFrameNumber(frame), order: order)) == nil
        try #require(isRefused, "frame \(frame), order \(order)")
      }
    }
    #expect(pages.freeFrames + pages.cachedFrames == free)
    #expect(pages.brokenInvariant == nil)
    for (block, order) in orders { try pages.free(PageFrameNumber(block), order: order) }
    #expect(pages.freeFrames + pages.cachedFrames == 4096)
  }

  @Test(arguments: Use.allCases)
  func everythingCanBeHadWithFullShelves(_ use: Use) throws {
    for order in [0, 3, 6, 10] {
      let machine = try machine(use)
      let pages = machine.pages
      let before = machine.buddyInfo
      var blocks: [(PageFrameNumber, Int)] = []
      for small in (0...10).reversed() {
        for _ in 0..<(small > 5 ? 4 : 100) {
          blocks.append((try pages.allocate(FrameRequest(order: small)), small))
        }
      }
      for (block, order) in blocks { try pages.free(block, order: order) }
      #expect(pages.brokenInvariant == nil)
      var taken: [PageFrameNumber] = []
      while let block = try? pages.allocate(FrameRequest(order: order)) { taken.append(block) }
      #expect(taken.count == 32768 >> order)
      #expect(pages.freeFrames + pages.cachedFrames == 0)
      for block in taken { try pages.free(block, order: order) }
      pages.drainCaches()
      #expect(machine.buddyInfo == before)
    }
  }

  @Test(arguments: Use.allCases)
  func rangesOverWhatIsOnTheShelf(_ use: Use) throws {
    let machine = try machine(use)
    let pages = machine.pages
    let before = machine.buddyInfo
    let all = PageFrameNumber(0x1000)..<PageFrameNumber(0x9000)
    for order in 0...10 { _ = try freedBlock(of: order, on: pages) }
    let first = try pages.allocate()
    #expect(throws: AllocationError.self) { try pages.allocate(all) }
    try pages.free(first)
    let second = try machine.pages.allocate(count: 1500, below: .max)
    try machine.pages.free(second)
    for frame in 0x1000..<UInt64(0x9000)
    where pages.state(of: PageFrameNumber(frame)) == .head(order: 0) {
      try pages.free(PageFrameNumber(frame))
    }
    #expect(pages.brokenInvariant == nil)
    try pages.allocate(all)
    #expect(pages.freeFrames + pages.cachedFrames == 0)
    try pages.free(all)
    pages.drainCaches()
    #expect(pages.brokenInvariant == nil)
    #expect(machine.buddyInfo == before)
  }

  @Test func releasingLeavesTheShelfAlone() throws {
    let machine = try TestMachine(
      [.megabytes(16, 64)],
      released: [AddressRange(from: PhysicalAddress(20 << 20), to: PhysicalAddress(60 << 20))])
    let pages = machine.pages
    for order in 0...10 { _ = try freedBlock(of: order, on: pages) }
    #expect(pages.state(of: PageFrameNumber(0x1000)) == .reserved)
    let free = pages.freeFrames + pages.cachedFrames
    #expect(pages.release(PageFrameNumber(0x1001)..<PageFrameNumber(0x3fff)) == 0x7fe)
    #expect(pages.freeFrames + pages.cachedFrames == free + 0x7fe)
    #expect(pages.brokenInvariant == nil)
  }

  @Test func nothingAboveTheMaximumOrder() throws {
    for maximumOrder in [1, 4, 5, 6, 10] {
      let pages = try machine(.alone, maximumOrder: maximumOrder).pages
      let range = PageFrameNumber(0x2000)..<PageFrameNumber(0x2800)
      let single = try pages.allocate()
      try pages.allocate(range)
      try pages.free(single)
      for wrong in [maximumOrder + 1, 11, 12, 13, 64, -1, .max, .min] {
        #expect(throws: FreeError.tooLarge) { try pages.free(range.lowerBound, order: wrong) }
      }
      try pages.free(range)
      #expect(throws: AllocationError.tooLarge) {
        _ = try pages.allocate(FrameRequest(order: maximumOrder + 1))
      }
      #expect(throws: AllocationError.tooLarge) {
        _ = try pages.allocate(FrameRequest(order: 11))
      }
      #expect(pages.brokenInvariant == nil)
    }
  }

  @Test func teardownEndsTheShortWays() throws {
    let pages = try machine(.alone).pages
    let blocks = try (0...10).map { try pages.allocate(FrameRequest(order: $0)) }
    for order in 0...10 { _ = try freedBlock(of: order, on: pages) }
    pages.tearDown()
    for order in 0...10 {
      #expect(throws: FreeError.tornDown) { try pages.free(blocks[order], order: order) }
      #expect(throws: AllocationError.tornDown) {
        _ = try pages.allocate(FrameRequest(order: order))
      }
    }
  }

  /// Chunks that are divided with others between them that are not, in several pieces.
  @Test func framesFarApart() throws {
    let machine = try TestMachine([
      .megabytes(24, 120), .megabytes(120, 180, node: 1), .megabytes(200, 1300),
      .megabytes(5000, 5100),
    ])
    let pages = machine.pages
    let before = machine.buddyInfo
    let starts = [0x6003, 0x1e40, 0x8801, 0xc923, 0x2_0000, 0x4_1000, 0x13_8800] as [UInt64]
    let ranges = starts.map { PageFrameNumber($0)..<PageFrameNumber($0 + 300) }
    for range in ranges { try pages.allocate(range) }
    for index in 0..<300 {
      for range in ranges {
        let frame = range.lowerBound + UInt64(index)
        guard case .head(let order) = pages.state(of: frame) else { continue }
        try pages.free(frame, order: order)
        #expect(throws: FreeError.self) { try pages.free(frame, order: order) }
        #expect(throws: FreeError.notMemory) { try pages.free(PageFrameNumber(0xb500)) }
      }
    }
    #expect(pages.brokenInvariant == nil)
    pages.drainCaches()
    #expect(machine.buddyInfo == before)
  }
}
