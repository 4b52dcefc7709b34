import Addressing
import PageAllocator

extension Heap {
  /// The first invariant that doesn't hold, in words; `nil` where all do. Changes nothing.
  /// O(slabs that have room + large blocks).
  public var brokenInvariant: StaticString? {
    pages.exclusively(holding: lock.object) { state.object.brokenInvariant(in: pages) }
  }
}

extension HeapState {
  func brokenInvariant(in pages: PageAllocator) -> StaticString? {
    for index in 0..<SizeClass.count {
      if let broken = brokenList(of: SizeClass(index: index), in: pages) { return broken }
    }
    return large.brokenInvariant(statistics)
  }

  /// What is wrong with the list of a class's slabs that have room.
  private func brokenList(of sizeClass: SizeClass, in pages: PageAllocator) -> StaticString? {
    var previous: UInt64 = 0
    var address = slabs[sizeClass.index]
    var count: UInt64 = 0
    while address != 0 {
      guard isSlab(address, in: pages) else { return "a list of slabs leads to other memory" }
      let slab = slab(address)
      guard slab[0].previous == previous else { return "a list's links disagree" }
      guard Int(slab[0].sizeClass) == sizeClass.index else {
        return "a slab is in the list of another class"
      }
      var free = 0
      for index in 0..<sizeClass.capacity where !slab[0].isTaken(index) { free += 1 }
      guard free == Int(slab[0].freeCount) else { return "a slab's count of free blocks is wrong" }
      guard free > 0 else { return "a full slab is in a list" }
      guard free < sizeClass.capacity else { return "an empty slab was kept" }
      count += 1
      guard count <= statistics.slabs else { return "a list has more slabs than there are" }
      previous = address
      address = slab[0].next
    }
    return nil
  }
}

extension LargeBlockTree {
  /// What is wrong with the tree; it has all blocks and frames of the statistics.
  func brokenInvariant(_ statistics: HeapStatistics) -> StaticString? {
    // The lowest block, then always the next one: no stack is needed.
    var blocks: UInt64 = 0
    var frames: UInt64 = 0
    var end: UInt64 = 0
    while let next = firstBlock(from: end) {
      guard node(at: next.start) != nil else { return "a large block can't be found" }
      guard blocks == 0 || next.start >= end else { return "large blocks overlap" }
      blocks += 1
      frames += next.frames
      guard blocks <= statistics.largeBlocks else { return "the count of large blocks is wrong" }
      end = next.start + next.frames << PageFrameNumber.shift
    }
    guard blocks == statistics.largeBlocks else { return "the count of large blocks is wrong" }
    return frames == statistics.largeFrames ? nil : "the count of large blocks' frames is wrong"
  }

  /// The lowest block that starts at or above an address. O(log n) on average.
  private func firstBlock(from address: UInt64) -> LargeBlock? {
    var node = root
    var found: LargeBlock?
    while node != 0 {
      let block = block(node)
      if block.start >= address {
        found = block
        node = block.left
      } else {
        node = block.right
      }
    }
    return found
  }
}
