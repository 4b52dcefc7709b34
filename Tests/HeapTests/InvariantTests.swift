import Addressing
import Testing

@testable import Heap

/// What is wrong with a heap's records is found, and told apart.
@Suite struct InvariantTests {
  private func broken(_ heap: Heap) -> String? { heap.brokenInvariant.map { "\($0)" } }

  @Test func brokenRecordsAreFound() throws {
    let machine = try HeapMachine()
    defer { withExtendedLifetime(machine) {} }
    let heap = machine.heap
    _ = try heap.allocate(size: 64)
    _ = try heap.allocate(size: 10_000)
    _ = try heap.allocate(size: 20_000)
    #expect(broken(heap) == nil)
    heap.state.object.statistics.largeBlocks += 1
    #expect(broken(heap) == "the count of large blocks is wrong")
    heap.state.object.statistics.largeBlocks -= 2
    #expect(broken(heap) == "the count of large blocks is wrong")
    heap.state.object.statistics.largeBlocks += 1
    heap.state.object.statistics.largeFrames -= 1
    #expect(broken(heap) == "the count of large blocks' frames is wrong")
    heap.state.object.statistics.largeFrames += 1
    #expect(broken(heap) == nil)

    let slab = heap.state.object.slab(heap.state.object.slabs[3])
    slab[0].freeCount -= 1
    #expect(broken(heap) == "a slab's count of free blocks is wrong")
    slab[0].freeCount += 1
    slab[0].previous = 0x1000
    #expect(broken(heap) == "a list's links disagree")
    slab[0].previous = 0
    slab[0].sizeClass += 1
    #expect(broken(heap) == "a slab is in the list of another class")
    slab[0].sizeClass -= 1
    slab[0].mark ^= 1
    #expect(broken(heap) == "a list of slabs leads to other memory")
  }
}
