import Addressing
import PageAllocator
import Testing

/// What an allocator must do, told by a set of frames and nothing else.
struct FrameModel {
  private(set) var free: Set<UInt64> = []
  private(set) var blocks: [(first: UInt64, order: Int)] = []

  init(free ranges: [AddressRange]) {
    for range in ranges {
      guard let frames = range.wholeFrames else { continue }
      free.formUnion(frames.lowerBound.value..<frames.upperBound.value)
    }
  }

  /// Notes an allocation; false where the block was not free or is not aligned.
  mutating func allocate(_ first: UInt64, order: Int) -> Bool {
    guard first.isMultiple(of: 1 << UInt64(order)) else { return false }
    for frame in first..<first + 1 << UInt64(order) where free.remove(frame) == nil {
      return false
    }
    blocks.append((first, order))
    return true
  }

  /// Takes the allocated block at an index out, as freed.
  mutating func takeBlock(at index: Int) -> (first: UInt64, order: Int) {
    blocks.swapAt(index, blocks.count - 1)
    let block = blocks.removeLast()
    free.formUnion(block.first..<block.first + 1 << UInt64(block.order))
    return block
  }

  /// Whether an aligned run of 2^order frames is free.
  func hasBlock(of order: Int) -> Bool {
    let size = 1 << UInt64(order)
    return free.contains { frame in
      frame.isMultiple(of: UInt64(size))
        && (frame..<frame + UInt64(size)).allSatisfy(free.contains)
    }
  }
}
