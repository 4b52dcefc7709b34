import Addressing
import Memblock

extension NodeBlocks {
  /// Cuts the blocks to the memory that there is, and joins those of one node that have no
  /// other node's block between them. O(n²), and O(n³) where blocks of many nodes interleave.
  ///
  /// Blocks without memory are dropped; Linux keeps them aside for memory that is plugged in
  /// later. Blocks of one node that overlap are joined with a line.
  ///
  /// - Returns: whether the list makes sense: no memory is on two nodes.
  ///
  /// Linux: `numa_cleanup_meminfo`.
  package mutating func cleanUp(
    within memblock: borrowing Memblock, log: inout some TextSink & ~Copyable
  ) throws(MemblockError) -> Bool {
    try cut(to: memblock)
    var index = 0
    while index < count {
      var other = index + 1
      while other < count {
        guard check(self[index], self[other], log: &log) else { return false }
        if join(index, other, log: &log) {
          remove(at: other)
        } else {
          other += 1
        }
      }
      index += 1
    }
    return true
  }

  private mutating func cut(to memblock: borrowing Memblock) throws(MemblockError) {
    let low = memblock.startOfMemory?.value ?? 0
    let high = memblock.endOfMemory?.value ?? 0
    var index = 0
    while index < count {
      var block = self[index]
      let range = AddressRange(at: PhysicalAddress(block.start), size: block.end - block.start)
      let hasMemory = try memblock.overlaps(range, in: .memory)
      block.start = Swift.max(block.start, low)
      block.end = Swift.min(block.end, high)
      if hasMemory, block.start < block.end {
        self[index] = block
        index += 1
      } else {
        remove(at: index)
      }
    }
  }

  /// Whether two blocks can stand together: they don't overlap, or are of one node.
  private func check(
    _ block: Block, _ other: Block, log: inout some TextSink & ~Copyable
  ) -> Bool {
    guard block.end > other.start, block.start < other.end else { return true }
    let isSameNode = block.node == other.node
    log.write(isSameNode ? "Warning: node " : "node ")
    log.write(decimal: UInt64(block.node.value))
    log.write(" ")
    block.write(to: &log)
    log.write(" overlaps with ")
    if isSameNode {
      log.write("itself")
    } else {
      log.write("node ")
      log.write(decimal: UInt64(other.node.value))
    }
    log.write(" ")
    other.write(to: &log)
    log.write("\n")
    return isSameNode
  }

  /// Lets the block at `index` take in the one at `other`, if they are of one node and what
  /// lies between them is no other node's.
  private mutating func join(
    _ index: Int, _ other: Int, log: inout some TextSink & ~Copyable
  ) -> Bool {
    let block = self[index]
    let taken = self[other]
    guard block.node == taken.node else { return false }
    let joined = Block(
      start: Swift.min(block.start, taken.start), end: Swift.max(block.end, taken.end),
      node: block.node)
    for place in 0..<count {
      let between = self[place]
      guard between.node != block.node else { continue }
      if joined.start < between.end, joined.end > between.start { return false }
    }
    log.write("NUMA: Node ")
    log.write(decimal: UInt64(block.node.value))
    log.write(" ")
    block.write(to: &log)
    log.write(" + ")
    taken.write(to: &log)
    log.write(" -> ")
    joined.write(to: &log)
    log.write("\n")
    self[index] = joined
    return true
  }
}
