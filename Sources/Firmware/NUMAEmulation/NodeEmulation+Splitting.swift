import Addressing
import Memblock
import NUMA

/// The three forms of `numa=fake=`. Each says whether it came to an end.
extension NodeEmulation {
  /// `numa=fake=N`: N nodes of about the same memory, holes not counted.
  ///
  /// Linux: `split_nodes_interleave`.
  mutating func split(
    _ nodes: NodeSet, byCount wanted: UInt64, _ memblock: borrowing Memblock, _ end: UInt64,
    log: inout some TextSink & ~Copyable
  ) throws(MemblockError) -> Bool {
    let maximum = UInt64(NodeID.maximumCount)
    if wanted > maximum {
      log.write("numa=fake=")
      log.write(decimal: wanted)
      log.write(" too large, reducing to ")
      log.write(decimal: maximum)
      log.write("\n")
    }
    let count = Swift.min(wanted, maximum)
    let unit = Self.minimumSize
    let memory = end - (try memblock.holeSize(from: 0, to: end))
    let share = ((memory >> PageFrameNumber.shift) / count) << PageFrameNumber.shift
    var split = NodeSplit(size: share.alignedDown(to: unit))
    split.largerCount = share % unit * count / unit
    split.wrap = count
    guard split.size > 0 else {
      log.write("Not enough memory for each node.  NUMA emulation disabled.\n")
      return false
    }
    return try cut(nodes, &split, memblock, log: &log)
  }

  /// `numa=fake=512M`: nodes of that much memory, holes not counted.
  ///
  /// Linux: `split_nodes_size_interleave`.
  mutating func split(
    _ nodes: NodeSet, bySize wanted: UInt64, _ memblock: borrowing Memblock, _ end: UInt64,
    log: inout some TextSink & ~Copyable
  ) throws(MemblockError) -> Bool {
    let memory = end - (try memblock.holeSize(from: 0, to: end))
    let frames = (memory >> PageFrameNumber.shift) / UInt64(NodeID.maximumCount)
    let size = atLeast(frames << PageFrameNumber.shift, wanted, log: &log)
    var split = NodeSplit(size: size)
    return try cut(nodes, &split, memblock, log: &log)
  }

  /// `numa=fake=4U`: each node in so many of the same size, holes counted.
  ///
  /// Linux: the first case in `numa_emulation`, with `split_nodes_size_interleave_uniform`.
  mutating func split(
    each nodes: NodeSet, into count: UInt64, _ memblock: borrowing Memblock, log: inout some TextSink & ~Copyable
  ) throws(MemblockError) -> Bool {
    var made: UInt64 = 0
    var next = nodes.first
    while let node = next {
      next = nodes.next(after: node)
      // Blocks that are used up leave the list, so that the next node's are at its start.
      guard rest.count > 0 else { continue }
      let block = rest[0]
      let frames = (block.end >> PageFrameNumber.shift) - (block.start >> PageFrameNumber.shift)
      let share = (frames / count) << PageFrameNumber.shift
      var split = NodeSplit(size: atLeast(share, share, log: &log), isUniform: true, made: made)
      var only = NodeSet()
      only.insert(block.node)
      guard try cut(only, &split, memblock, log: &log) else { return false }
      let created = split.made - made
      guard created >= count else {
        log.write("numa_emulation: phys: ")
        log.write(decimal: UInt64(node.value))
        log.write(" only got ")
        log.write(decimal: created)
        log.write(" of ")
        log.write(decimal: count)
        log.write(" nodes, failing\n")
        return false
      }
      made = split.made
    }
    return made > 0
  }

  /// The size of a node: what is wanted, but no less than `minimum` rounded up to 32 MiB.
  private func atLeast(
    _ minimum: UInt64, _ wanted: UInt64, log: inout some TextSink & ~Copyable
  ) -> UInt64 {
    let unit = Self.minimumSize
    let minimum = Swift.max(minimum, unit).alignedUp(to: unit)
    guard wanted < minimum else { return wanted.alignedDown(to: unit) }
    log.write("Fake node size ")
    log.write(decimal: wanted >> 20)
    log.write("MB too small, increasing to ")
    log.write(decimal: minimum >> 20)
    log.write("MB\n")
    return minimum
  }
}
