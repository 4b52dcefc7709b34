import Addressing
import Testing

@testable import Heap

/// What is wrong with a heap's records is found, and told apart.
@Suite struct InvariantTests {
  private func broken(_ heap: Heap) -> String? { heap.brokenInvariant.map { "\($0)" } }

  @Test func slabs() throws {
    let machine = try HeapMachine()
    defer { withExtendedLifetime(machine) {} }
    let heap = machine.heap
    for _ in 0..<3 { _ = try heap.allocate(size: 64) }
    #expect(broken(heap) == nil)
    let slab = heap.state.object.slab(heap.state.object.slabs[3])
    let good = slab[0]
    let breaks: [(change: (inout Slab) -> Void, text: String)] = [
      ({ $0.freeCount -= 1 }, "a slab's count of free blocks is wrong"),
      ({ $0.previous = 0x1000 }, "a list's links disagree"),
      ({ $0.sizeClass += 1 }, "a slab is in the list of another class"),
      ({ $0.mark ^= 1 }, "a list of slabs leads to other memory"),
      ({ $0.next = 0x1000 }, "a list of slabs leads to other memory"),
      (
        {
          $0.taken = InlineArray(repeating: .max)
          $0.freeCount = 0
        }, "a full slab is in a list"
      ),
      ({ $0 = Slab(SizeClass(index: 3), mark: $0.mark) }, "an empty slab was kept"),
    ]
    for (change, text) in breaks {
      change(&slab[0])
      #expect(broken(heap) == text)
      slab[0] = good
    }
    heap.state.object.statistics.slabs = 0
    #expect(broken(heap) == "a list has more slabs than there are")
  }

  @Test func largeBlocks() throws {
    let machine = try HeapMachine()
    defer { withExtendedLifetime(machine) {} }
    let heap = machine.heap
    for count in 1...9 { _ = try heap.allocate(size: count * 10_000) }
    #expect(broken(heap) == nil)
    for change in [1, -1] as [Int64] {
      let old = heap.state.object.statistics
      heap.state.object.statistics.largeBlocks = UInt64(Int64(old.largeBlocks) + change)
      #expect(broken(heap) == "the count of large blocks is wrong")
      heap.state.object.statistics = old
      heap.state.object.statistics.largeFrames = UInt64(Int64(old.largeFrames) + change)
      #expect(broken(heap) == "the count of large blocks' frames is wrong")
      heap.state.object.statistics = old
    }
    let tree = heap.state.object.large
    let root = tree.block(tree.root)
    let left = PhysicalTable<LargeBlock>(
      uninitialized: 1, in: tree.window, at: PhysicalAddress(root.left))
    let good = left[0]
    left[0].start = root.start + 4096
    #expect(broken(heap) == "a large block can't be found")
    left[0] = good
    left[0].frames += 1 << 20
    #expect(broken(heap) == "large blocks overlap")
    left[0] = good
    #expect(broken(heap) == nil)
  }
}
