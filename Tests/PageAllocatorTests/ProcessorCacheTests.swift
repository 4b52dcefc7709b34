import Addressing
import Testing

@testable import PageAllocator

/// What several processors, and what interrupts one of them, do to each other's caches.
@Suite(.serialized) struct ProcessorCacheTests {
  /// The processor that the test plays.
  nonisolated(unsafe) private static var processor = 0

  private func machine(processors: Int = 3) throws -> TestMachine {
    var options = PageAllocator.Options()
    options.processors = processors
    unsafe Self.processor = 0
    options.hooks.currentProcessor = { unsafe ProcessorCacheTests.processor }
    options.hooks.disableInterrupts = { 0 }
    return try TestMachine([.megabytes(16, 80)], options: options)
  }

  private func on<Result>(_ processor: Int, _ body: () throws -> Result) rethrows -> Result {
    let before = unsafe Self.processor
    unsafe Self.processor = processor
    defer { unsafe Self.processor = before }
    return try body()
  }

  /// Two cache lines each: one that shares a line with its neighbour makes both processors wait.
  @Test func cachesOfTwoProcessorsShareNoCacheLine() {
    #expect(MemoryLayout<ProcessorCache>.stride == 128)
  }

  @Test func framesFreedElsewhereGoBackToTheCacheThatTookThem() throws {
    let pages = try machine().pages
    let frames = try (0..<10).map { _ in try pages.allocate() }
    #expect(pages.cachedFrames == 54)
    for (index, frame) in frames.enumerated() {
      try on(1 + index % 2) { try pages.free(frame) }
      for processor in 0..<3 {
        _ = on(processor) {
          #expect(throws: FreeError.alreadyFree) { try pages.free(frame) }
        }
      }
    }
    #expect(pages.cachedFrames == 64)
    #expect(pages.brokenInvariant == nil)
    // They are at hand there, and nowhere else.
    let other = try on(1) { try pages.allocate() }
    #expect(!frames.contains(other))
    #expect(Set(try (0..<10).map { _ in try pages.allocate() }) == Set(frames))
  }

  @Test func aCacheThatIsUsedUpTakesAnotherGroup() throws {
    let pages = try machine().pages
    for count in 1...200 {
      _ = try pages.allocate()
      #expect(pages.cachedFrames == UInt64(-count & 63))
    }
    #expect(pages.brokenInvariant == nil)
  }

  @Test func framesOfAGroupThatWasGivenUpGoToTheirZone() throws {
    let pages = try machine().pages
    let frames = try (0..<3).map { _ in try pages.allocate() }
    pages.drainCaches()
    try on(1) { try pages.free(frames[0]) }
    try pages.free(frames[1])
    #expect(pages.state(of: frames[2]) == .head(order: 0))
    try on(2) { try pages.free(frames[2]) }
    for frame in frames {
      #expect(throws: FreeError.alreadyFree) { try pages.free(frame) }
    }
    pages.drainCaches()
    #expect(pages.brokenInvariant == nil)
    #expect(pages.freeFrames == 64 << 8)
  }

  @Test func blocksOfAClaimedGroupThatTheCacheDidNotTakeMerge() throws {
    let pages = try machine().pages
    // All but three frames of one group.
    let group = PageFrameNumber(16 << 8)
    try pages.allocate(group + 1..<group + 2)
    try pages.allocate(group + 2..<group + 4)
    let frame = try pages.allocate()
    #expect(frame.value >> 6 == group.value >> 6)
    try pages.free(group + 2, order: 1)
    try on(1) { try pages.free(group + 1) }
    #expect(throws: FreeError.alreadyFree) { try pages.free(group + 1) }
    #expect(pages.brokenInvariant == nil)
    try on(1) { try pages.free(frame) }
    pages.drainCaches()
    #expect(pages.brokenInvariant == nil)
    #expect(pages.freeFrames == 64 << 8)
  }

  /// An interrupt handler that comes while its processor uses the cache; another processor that
  /// looks for memory at that time.
  @Test(arguments: [1, 3]) func aCacheInUseIsLeftAlone(_ processors: Int) throws {
    let pages = try machine(processors: processors).pages
    let frame = try pages.allocate()
    let atHand = pages.cachedFrames
    pages.caches[0].lock.acquire()
    // The handler's allocations come from the zone, its frees go there.
    let blocks = try (0..<4).map { ($0, try pages.allocate(FrameRequest(order: $0))) }
    #expect(pages.cachedFrames == atHand)
    try pages.free(frame)
    #expect(pages.cachedFrames == atHand)
    #expect(throws: FreeError.alreadyFree) { try pages.free(frame) }
    for (order, block) in blocks { try pages.free(block, order: order) }
    pages.drainCaches()
    #expect(pages.cachedFrames == atHand)
    pages.caches[0].lock.release()
    #expect(pages.brokenInvariant == nil)
    #expect(throws: FreeError.alreadyFree) { try pages.free(frame) }
    pages.drainCaches()
    #expect(pages.brokenInvariant == nil)
    #expect(pages.freeFrames == 64 << 8)
    #expect(throws: FreeError.alreadyFree) { try pages.free(frame) }
  }

  @Test func theLastFrameOfAnotherCacheCanBeHad() throws {
    let pages = try machine().pages
    var frames = Set([try pages.allocate()])
    // Processor 0 keeps 63 frames.
    on(1) { while let frame = try? pages.allocate() { frames.insert(frame) } }
    #expect(frames.count == 64 << 8)
    #expect(pages.cachedFrames == 0)
    #expect(pages.brokenInvariant == nil)
  }

  /// Requests for one zone never come from what another zone left at hand.
  @Test func requestsForALowZoneStayThere() throws {
    var options = PageAllocator.Options()
    options.processors = 2
    options.hooks.currentProcessor = { 0 }
    let pages = try TestMachine([.megabytes(1, 80)], options: options).pages
    for _ in 0..<200 {
      for order in [0, 3] {
        let high = try pages.allocate(FrameRequest(order: order, highestZone: .dma32))
        let low = try pages.allocate(FrameRequest(order: order, highestZone: .dma))
        #expect(high.value >= 16 << 8)
        #expect(low.value < 16 << 8)
        if order == 3 { try pages.free(high, order: 3) }
        try pages.free(low, order: order)
      }
    }
    #expect(pages.brokenInvariant == nil)
  }
}
