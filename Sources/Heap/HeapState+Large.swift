import Addressing
import PageAllocator

/// Blocks of whole frames.
extension HeapState {
  /// Allocates a block of whole frames; `nil` where there is no memory.
  mutating func allocateLarge(
    _ size: Int, alignment: Int, from pages: PageAllocator
  ) throws(HeapError) -> PhysicalAddress? {
    guard size >= 0, size <= Int.max - 4096, let node = try allocateSmall(.own, from: pages)
    else { return nil }
    let count = UInt64(max(size, 1) + 4095) >> PageFrameNumber.shift
    let alignment = UInt64(max(alignment, 4096)) >> PageFrameNumber.shift
    guard let frames = try? pages.allocate(count: count, alignment: alignment) else {
      try freeNode(node.value, to: pages)
      return nil
    }
    let start = frames.lowerBound.start
    large.insert(node.value, start: start.value, frames: count)
    statistics.largeBlocks += 1
    statistics.largeFrames += count
    return start
  }

  /// Frees the large block that a node stands for.
  mutating func freeLarge(_ node: UInt64, to pages: PageAllocator) throws(HeapError) {
    let block = large.block(node)
    large.remove(block.start)
    try freeNode(node, to: pages)
    let first = PageFrameNumber(containing: PhysicalAddress(block.start))
    do throws(FreeError) {
      try pages.free(first..<first + block.frames)
    } catch {
      preconditionFailure("frames of the heap were freed by somebody else")
    }
    statistics.largeBlocks -= 1
    statistics.largeFrames -= block.frames
  }

  private mutating func freeNode(
    _ node: UInt64, to pages: PageAllocator
  ) throws(HeapError) {
    let slab = PhysicalAddress(node).alignedDown(to: UInt64(Slab.size)).value
    let offset = Int(node - slab) - SizeClass.own.firstOffset
    let isFreed = try freeSmall(
      offset / SizeClass.own.size, of: slab, to: pages)
    precondition(isFreed, "a node of the heap was freed by somebody else")
  }
}
