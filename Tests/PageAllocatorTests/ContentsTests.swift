import Addressing
import PageAllocator
import SimulatedMemory
import Testing
import Zones

/// Poison, zeros, and text, on memory that is really there.
@Suite struct ContentsTests {
  /// 32 MiB of memory with the tables in its last, and so many frames that are free.
  private func machine(
    at start: UInt64 = 32 << 20, poisons: Bool, frames: UInt64 = 0x1f00
  ) throws -> (memory: SimulatedMemory, pages: PageAllocator) {
    let memory = SimulatedMemory(at: start, size: 32 << 20)
    memory.keep()
    let tables = memory.range.start + (31 << 20)
    let layout = try ZoneLayout(ofRegions: 1, in: memory.window, at: tables) { _ in
      LayoutRegion(memory.range, node: NodeID(0))
    }
    layout.placeRecords(ofNode: 0, at: tables + 4096)
    var options = PageAllocator.Options()
    options.poisonsFreeFrames = poisons
    let pages = PageAllocator(
      layout, options: options, in: memory.window, at: tables + (512 << 10)
    ) { _, _ in 10 }
    let first = PageFrameNumber(containing: memory.range.start)
    pages.release(first..<first + frames)
    return (memory, pages)
  }

  @Test(arguments: [0, 3, 6, 9])
  func changedPoisonIsReported(_ order: Int) throws {
    // Few, because every byte of them is looked at.
    let (memory, pages) = try machine(poisons: true, frames: 0x500)
    let block = try pages.allocate(FrameRequest(order: order))
    try pages.free(block, order: order)
    #expect(memory.window.load(UInt8.self, at: block.start) == 0xaa)
    let target = block + (1 << UInt64(order)) - 1
    memory.window.store(UInt8(0), at: target.start + 4095)
    var isFound = false
    var blocks: [PageFrameNumber] = []
    while true {
      do throws(AllocationError) {
        blocks.append(try pages.allocate(FrameRequest(order: order)))
      } catch {
        if error == .outOfMemory { break }
        #expect(error == .poisonChanged(target))
        isFound = true
      }
    }
    #expect(isFound)
    #expect(!blocks.contains(block))
    for block in blocks { try pages.free(block, order: order) }
    #expect(pages.brokenInvariant == nil)
  }

  /// With poison a frame never goes back to the cache that took it; what is at hand there is free
  /// all the same.
  @Test func framesAtHandCannotBeFreed() throws {
    let (_, pages) = try machine(poisons: true, frames: 0x100)
    let first = try pages.allocate()
    #expect(pages.cachedFrames == 63)
    #expect(throws: FreeError.alreadyFree) { try pages.free(first + 1) }
    #expect(pages.brokenInvariant == nil)
    try pages.free(first)
    #expect(throws: FreeError.alreadyFree) { try pages.free(first) }
    #expect(pages.freeFrames + pages.cachedFrames == 0x100)
  }

  @Test func poisonStandsThroughEverything() throws {
    let (_, pages) = try machine(poisons: true)
    for count in [1, 3, 70, 1000] as [UInt64] {
      let frames = try pages.allocate(count: count, FrameRequest(isZeroed: true))
      try pages.free(frames)
    }
    pages.drainCaches()
    let whole = try (0..<7).map { _ in try pages.allocate(FrameRequest(order: 10)) }
    for block in whole { try pages.free(block, order: 10) }
  }

  /// A free of a frame next to one that was just freed is no shorter than others.
  @Test func neighboursArePoisonedToo() throws {
    // The first of all zones.
    let (memory, pages) = try machine(at: 0, poisons: true, frames: 0x500)
    let blocks = try (0..<4).map { _ in try pages.allocate(FrameRequest(order: 1)) }
    for block in blocks {
      memory.window.store(UInt8(0), at: block.start)
      try pages.free(block, order: 1)
      #expect(memory.window.load(UInt8.self, at: block.start) == 0xaa)
    }
  }

  @Test func zeroedFramesAreZero() throws {
    let (memory, pages) = try machine(poisons: false)
    for order in [0, 4, 7] {
      let block = try pages.allocate(FrameRequest(order: order, isZeroed: true))
      let bytes = AddressRange(at: block.start, size: 4096 << UInt64(order))
      let isZero = memory.window.withBytes(of: bytes) { bytes in
        for offset in bytes.byteOffsets where bytes[byteAt: offset] != 0 { return false }
        return true
      }
      #expect(isZero)
    }
  }

  @Test func textIsLinuxs() throws {
    let (_, pages) = try machine(poisons: false)
    var text = TextBuffer()
    pages.writeBuddyInfo(to: &text)
    #expect(
      text.text == """
        Node 0, zone    DMA32      0      0      0      0      0      0      0      0      1\
              1      7 \n
        """)
    text = TextBuffer()
    pages.writeMemoryLine(
      ImageSizes(
        code: 16384 << 10, data: 2507 << 10, constants: 10912 << 10, initialization: 4024 << 10,
        zeroed: 5288 << 10), to: &text)
    #expect(
      text.text == """
        Memory: 31744K/32768K available (16384K kernel code, 2507K rwdata, 10912K rodata, \
        4024K init, 5288K bss, 1024K reserved, 0K cma-reserved)\n
        """)
    text = TextBuffer()
    pages.writeZoneInfo(to: &text)
    #expect(
      text.text.contains(
        """
        Node 0, zone    DMA32
          pages free     7936
                spanned  8192
                present  8192
                managed  7936
                cma      0
              nr_free_pages 7936
          start_pfn:           8192

        """))
  }
}
