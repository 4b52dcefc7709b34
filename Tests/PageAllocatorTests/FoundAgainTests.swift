import Addressing
import PageAllocator
import Testing
import Zones

/// What was used up and came back: the hints that searches begin with must be put right.
@Suite struct FoundAgainTests {
  /// Two spans of 1 GiB.
  private func machine() throws -> PageAllocator {
    try TestMachine([.megabytes(4096, 6144)], maximumOrder: 18).pages
  }

  /// Allocates blocks of an order until there are no more.
  private func all(_ order: Int, of pages: PageAllocator) -> [PageFrameNumber] {
    var blocks: [PageFrameNumber] = []
    while let block = try? pages.allocate(FrameRequest(order: order)) { blocks.append(block) }
    return blocks
  }

  @Test func chunksThatWereDivided() throws {
    let pages = try machine()
    let blocks = all(12, of: pages)
    #expect(blocks.count == 128)
    for block in blocks { try pages.free(block, order: 12) }
    #expect(all(18, of: pages).count == 2)
  }

  @Test func chunksOfABlockThatWasLarger() throws {
    for order in 13...18 {
      let pages = try machine()
      let blocks = all(order, of: pages)
      #expect(blocks.count == 1 << (19 - order))
      #expect(throws: AllocationError.outOfMemory) { try pages.allocate() }
      for block in blocks { try pages.free(block, order: order) }
      #expect(pages.brokenInvariant == nil)
      #expect(all(12, of: pages).count == 128)
    }
  }

  @Test func chunksThatWereReserved() throws {
    let start = PhysicalAddress(4096 << 20)
    let upper = AddressRange(from: PhysicalAddress(5120 << 20), to: PhysicalAddress(6144 << 20))
    let machine = try TestMachine([.megabytes(4096, 6144)], released: [upper])
    #expect(all(10, of: machine.pages).count == 256)
    let chunk = PageFrameNumber(containing: start)..<PageFrameNumber(containing: start) + 4096
    #expect(machine.pages.release(chunk) == 4096)
    #expect(machine.pages.brokenInvariant == nil)
    #expect(all(10, of: machine.pages).count == 4)
  }

  /// A processor's cache takes the last frames of a chunk; nothing may be promised of it then.
  @Test(arguments: [32, 64] as [UInt64])
  func theLastGroupOfAChunk(_ left: UInt64) throws {
    let pages = try TestMachine([.megabytes(16, 32)]).pages
    let first = PageFrameNumber(0x1000)
    try pages.allocate(first..<first + (4096 - left))
    let frame = try pages.allocate()
    #expect(pages.brokenInvariant == nil)
    // The rest has to be fetched back.
    let block = try pages.allocate(FrameRequest(order: 1))
    try pages.free(frame)
    try pages.free(block, order: 1)
    #expect(pages.brokenInvariant == nil)
  }
}
