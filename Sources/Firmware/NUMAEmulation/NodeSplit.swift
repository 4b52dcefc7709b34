import Addressing
import Memblock
import NUMA

/// One way of cutting nodes for `numa=fake=`: how large the next fake node is, and its number.
struct NodeSplit {
  /// The bytes of memory that a node is to have, holes not counted; a multiple of 32 MiB.
  var size: UInt64
  /// How many nodes, from the first, get 32 MiB more, so that remainders are used up.
  var largerCount: UInt64 = 0
  /// Whether nodes have the same size with their holes, and rests become nodes.
  var isUniform = false
  /// After this many nodes the numbers start at 0 again.
  var wrap = UInt64(NodeID.maximumCount)
  /// How many fake nodes there are so far.
  var made: UInt64 = 0

  /// Where the next node ends that starts where `block` starts, no matter where that ends.
  func end(
    in block: NodeBlocks.Block, _ memblock: borrowing Memblock
  ) throws(MemblockError) -> UInt64 {
    let extra = made < largerCount ? NodeEmulation.minimumSize : 0
    let (sum, overflows) = block.start.addingReportingOverflow(size + extra)
    var end = overflows ? block.end : sum
    if !isUniform { end = try extend(end, in: block, memblock) }

    // The next node needs 32 MiB below 4 GiB, if it gets any, for devices that reach no
    // further.
    let limit: UInt64 = 1 << 32
    if end < limit,
      limit - end - (try memblock.holeSize(from: end, to: limit)) < NodeEmulation.minimumSize
    {
      end = limit
    }
    // What would be too small for the next one goes to this one.
    let rest = block.end &- end &- (try memblock.holeSize(from: end, to: block.end))
    return !isUniform && rest < size ? block.end : end
  }

  /// Moves an end up until the node has its memory. O(n²) in the regions.
  ///
  /// Linux: `find_end_of_node`, which takes one step of 32 MiB at a time, also over a hole of
  /// tebibytes. Here all steps are one that can't be the last: those before the next memory, and
  /// as many as it takes to gather what is missing where all is memory.
  private func extend(
    _ end: UInt64, in block: NodeBlocks.Block, _ memblock: borrowing Memblock
  ) throws(MemblockError) -> UInt64 {
    let step = NodeEmulation.minimumSize
    var end = end
    while true {
      let present = end - block.start - (try memblock.holeSize(from: block.start, to: end))
      if present >= size { return end }
      guard let memory = try memblock.startOfFrames(atOrAbove: end) else { return block.end }
      let empty = memory > end ? (memory - end) / step : 0
      let steps = empty + (size - present - 1) / step + 1
      let (distance, isTooFar) = steps.multipliedReportingOverflow(by: step)
      if isTooFar || end > block.end || distance > block.end - end { return block.end }
      end += distance
    }
  }

  /// The number of the next node.
  mutating func nextNode() -> NodeID {
    defer { made += 1 }
    return NodeID(Int32(made % wrap))
  }
}

extension NodeEmulation {
  /// Cuts blocks of each of `nodes` in turn, so that fake nodes interleave over real ones, until
  /// nothing of them is left.
  ///
  /// - Returns: whether there was room for all.
  mutating func cut(
    _ nodes: NodeSet, _ split: inout NodeSplit, _ memblock: borrowing Memblock,
    log: inout some TextSink & ~Copyable
  ) throws(MemblockError) -> Bool {
    var left = nodes
    while !left.isEmpty {
      var next = left.first
      while let node = next {
        if let index = rest.firstIndex(of: node) {
          let block = rest[index]
          let end = Swift.min(try split.end(in: block, memblock), block.end)
          let fake = split.nextNode()
          guard cut(end - block.start, ofBlock: index, for: fake, log: &log) else { return false }
        } else {
          left.remove(node)
        }
        next = left.next(after: node)
      }
    }
    return true
  }
}
