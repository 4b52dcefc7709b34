import Addressing
import PageAllocator
import PageStates
import Testing

/// Every state of the smallest machines; larger ones are explored by `make explore`.
@Suite struct StatesTests {
  @Test func everyStateOfTheSmallestMachines() {
    #expect(PageExploration.run(.least, seconds: 300))
  }

  /// States are told apart after `clearUnused`: an allocator to which it is done all the time does
  /// what one does that is left alone.
  @Test func whatIsClearedIsNeverRead() throws {
    let cleared = try TestMachine([.megabytes(8, 40)]).pages
    let left = try TestMachine([.megabytes(8, 40)]).pages
    var random = Xorshift(state: 15)
    var blocks: [(first: PageFrameNumber, order: Int)] = []
    for step in 0..<3000 {
      cleared.clearUnused()
      if step % 300 == 299 {
        cleared.drainCaches()
        left.drainCaches()
      }
      if random.next() % 100 < 55 || blocks.isEmpty {
        let request = FrameRequest(order: min(Int(random.next() % 8), Int(random.next() % 11)))
        let first = try? cleared.allocate(request)
        #expect(first == (try? left.allocate(request)))
        if let first { blocks.append((first, request.order)) }
      } else {
        blocks.swapAt(Int(random.next() % UInt64(blocks.count)), blocks.count - 1)
        let block = blocks.removeLast()
        try cleared.free(block.first, order: block.order)
        try left.free(block.first, order: block.order)
      }
    }
    #expect(cleared.brokenInvariant == nil)
    #expect(cleared.freeFrames == left.freeFrames)
  }
}
