import Addressing
import PageAllocator
import Testing
import Zones

/// Neighbouring frames that are no block: searched from the bottom, and trimmed.
@Suite struct RunTests {
  private func frames(_ start: UInt64, _ end: UInt64) -> Range<PageFrameNumber> {
    PageFrameNumber(start)..<PageFrameNumber(end)
  }

  /// Chunks that are used up, reserved or parts of larger blocks are passed over, and so are groups.
  @Test func searchesPassWhatIsNotFree() throws {
    let machine = try TestMachine(
      [.megabytes(4096, 4352)],
      // The third chunk stays reserved.
      released: [
        AddressRange(from: PhysicalAddress(4096 << 20), to: PhysicalAddress(4128 << 20)),
        AddressRange(from: PhysicalAddress(4144 << 20), to: PhysicalAddress(4352 << 20)),
      ], maximumOrder: 13)
    let pages = machine.pages
    let first = UInt64(4096 << 8)
    // The first chunk is used up, the second but for a group and a frame.
    try pages.allocate(frames(first, first + 0x1000))
    try pages.allocate(frames(first + 0x1000, first + 0x1f00))
    try pages.allocate(frames(first + 0x1f40, first + 0x1fff))
    // A block of two chunks behind the one that is reserved.
    try pages.allocate(frames(first + 0x4000, first + 0x6000))
    let limit = PhysicalAddress(.max)
    let run = try pages.allocate(count: 9000, below: limit)
    #expect(run == frames(first + 0x6000, first + 0x6000 + 9000))
    let small = try pages.allocate(count: 3000, below: limit)
    #expect(small == frames(first + 0x3000, first + 0x3000 + 3000))
    #expect(try pages.allocate(count: 64, below: limit) == frames(first + 0x1f00, first + 0x1f40))
    #expect(try pages.allocate(count: 1, below: limit) == frames(first + 0x1fff, first + 0x2000))
    #expect(pages.brokenInvariant == nil)
  }

  /// The last frames of a zone are enough, and one less is not.
  @Test func theLastFrames() throws {
    let pages = try TestMachine([.megabytes(16, 32)]).pages
    try pages.allocate(frames(0x1000, 0x1f9c))
    #expect(throws: AllocationError.outOfMemory) {
      _ = try pages.allocate(count: 101, below: PhysicalAddress(.max))
    }
    #expect(
      try pages.allocate(count: 100, below: PhysicalAddress(.max)) == frames(0x1f9c, 0x2000))
  }

  /// Whole chunks of a run are blocks of their own, whatever the maximum order: their frames need no
  /// records.
  @Test(arguments: [10, 12, 13, 18]) func wholeChunksAreBlocks(_ maximumOrder: Int) throws {
    let pages = try TestMachine([.megabytes(4096, 6144)], maximumOrder: maximumOrder).pages
    let first = UInt64(4096 << 8)
    try pages.allocate(frames(first, first + 0x4_0000))
    let order = max(12, maximumOrder)
    #expect(pages.state(of: PageFrameNumber(first)) == .head(order: order))
    #expect(pages.state(of: PageFrameNumber(first + 1 << UInt64(order) - 1)) == .inside)
    try pages.free(frames(first, first + 0x4_0000))
    #expect(pages.brokenInvariant == nil)
  }

  /// The tail of a block that is a chunk, or several, goes back.
  @Test(arguments: [2049, 4095, 4097, 8000, 12_000] as [UInt64])
  func tailsOfLargeBlocks(_ count: UInt64) throws {
    let machine = try TestMachine([.megabytes(4096, 4224)], maximumOrder: 14)
    let before = machine.buddyInfo
    let all = machine.pages.freeFrames
    let run = try machine.pages.allocate(count: count)
    #expect(run.upperBound - run.lowerBound == count)
    #expect(machine.pages.freeFrames == all - count)
    #expect(machine.pages.brokenInvariant == nil)
    try machine.pages.free(run)
    #expect(machine.buddyInfo == before)
  }
}
