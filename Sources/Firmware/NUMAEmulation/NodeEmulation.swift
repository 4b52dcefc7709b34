import Addressing
import Memblock
import NUMA

/// `numa=fake=`: the machine's nodes cut into smaller ones.
///
/// It is room for the fake nodes' blocks, for what is left of the real ones, and for which real node
/// each fake one was cut from. A global `NodeEmulation()` lies in the kernel's image; it is too
/// large for a boot stack.
///
/// Linux: `mm/numa_emulation.c`.
public struct NodeEmulation: ~Copyable {
  /// The smallest fake node, and what their sizes are multiples of: 32 MiB.
  static var minimumSize: UInt64 { 32 << 20 }

  /// The fake nodes' blocks.
  var fakes = NodeBlocks()
  /// What of the real blocks has not been given to a fake node yet.
  var rest = NodeBlocks()
  /// For each fake node the real one it was first cut from, plus 1; 0 for none.
  var originals = InlineArray<1024, UInt16>(repeating: 0)
  /// The real distances, while they are replaced.
  var distances = NodeDistances()
  /// The domains as they were, while nodes are renumbered.
  var previousDomains = InlineArray<1024, UInt16>(repeating: 0)
  private let place = StaysInPlace()

  /// Makes the room.
  public init() {}

  mutating func start(with blocks: borrowing NodeBlocks) {
    fakes.removeAll()
    rest.copy(blocks)
    for index in 0..<1024 { originals[index] = 0 }
  }

  /// Gives the first `size` bytes of what is left of a block to a fake node.
  ///
  /// - Returns: whether there was room.
  ///
  /// Linux: `emu_setup_memblk`.
  mutating func cut(
    _ size: UInt64, ofBlock index: Int, for node: NodeID, log: inout some TextSink & ~Copyable
  ) -> Bool {
    var block = rest[index]
    let end = block.start + size
    guard fakes.count < NodeBlocks.capacity,
      fakes.add(block.start, end, node: node, log: &log)
    else {
      log.write("NUMA: Too many emulated memblks, failing emulation\n")
      return false
    }
    if originals[Int(node.value)] == 0 {
      originals[Int(node.value)] = UInt16(block.node.value) + 1
    }
    log.write("Faking node ")
    log.write(decimal: UInt64(node.value))
    log.write(" at ")
    log.write(memoryFrom: block.start, to: end)
    log.write(" (")
    log.write(decimal: size >> 20)
    log.write("MB)\n")
    block.start = end
    if block.start >= block.end {
      rest.remove(at: index)
    } else {
      rest[index] = block
    }
    return true
  }
}

extension Memblock {
  /// The bytes between two addresses that are no whole frames of memory. O(n).
  ///
  /// Linux: `mem_hole_size`.
  func holeSize(from start: UInt64, to end: UInt64) throws(MemblockError) -> UInt64 {
    let first = PageFrameNumber(startingAtOrAbove: PhysicalAddress(start))
    let last = PageFrameNumber(containing: PhysicalAddress(end))
    guard first < last else { return 0 }
    var absent = last - first
    var ranges = try frameRanges()
    while let range = ranges.next() {
      let from = Swift.max(range.frames.lowerBound, first)
      let to = Swift.min(range.frames.upperBound, last)
      if from < to { absent -= to - from }
    }
    return absent << PageFrameNumber.shift
  }

  /// Where the first whole frame of memory starts that ends above `address`. O(n).
  func startOfFrames(atOrAbove address: UInt64) throws(MemblockError) -> UInt64? {
    let frame = PageFrameNumber(containing: PhysicalAddress(address))
    var ranges = try frameRanges()
    while let range = ranges.next() {
      if range.frames.upperBound > frame {
        return Swift.max(range.frames.lowerBound, frame).start.value
      }
    }
    return nil
  }
}
