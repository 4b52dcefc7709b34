import Addressing
import Memblock

/// `numa=fake=`: the machine's nodes cut into smaller ones.
extension NUMATopology {
  /// Replaces the nodes by fake ones, if the command line asks for it and there is memory
  /// enough; otherwise nothing changes.
  ///
  /// Linux: `numa_emulation`.
  mutating func emulateNodes(
    _ options: BootOptions, _ memblock: borrowing Memblock, _ endOfRAM: PhysicalAddress,
    log: inout some TextSink & ~Copyable
  ) throws(MemblockError) {
    guard let form = options.fakeNodes else { return }
    emulation.start(with: blocks)
    let isDone =
      switch form {
      case .perNode(let count):
        try splitEachNode(into: count, memblock, log: &log)
      case .size(let size):
        try splitBySize(size, memblock, endOfRAM.value, log: &log)
      case .count(let count):
        try splitByCount(count, memblock, endOfRAM.value, log: &log)
      }
    guard isDone else { return }
    guard try emulation.fakes.cleanUp(within: memblock, log: &log) else {
      log.write("NUMA: Warning: constructed meminfo invalid, disabling emulation\n")
      return
    }
    // As in Linux, where `numa=off` makes the next step fail when this much has been done.
    if options.isNUMAOff { return }
    parsedNodes = NodeSet()
    emulation.fakes.collectNodes(into: &parsedNodes)
    let highest = highestFake
    let moved = proximity.renumber(emulation.originals, highest: highest)
    var node = moved.first
    while let movedNode = node {
      parsedNodes.insert(movedNode)
      node = moved.next(after: movedNode)
    }
    blocks.copy(emulation.fakes)
    replaceDistances(highest: highest, log: &log)
  }

  private var highestFake: Int {
    var highest = 0
    for index in 0..<1024 where emulation.originals[index] != 0 { highest = index }
    return highest
  }

  /// Gives fake nodes the distances of the nodes that they were cut from.
  private mutating func replaceDistances(
    highest: Int, log: inout some TextSink & ~Copyable
  ) {
    var fallback: UInt16 = 1
    for index in (0...highest).reversed() where emulation.originals[index] != 0 {
      fallback = emulation.originals[index]
    }
    emulation.distances.copy(distances)
    distances.reset()
    startDistances(log: &log)
    for from in 0...highest {
      for to in 0...highest {
        let fromOriginal = emulation.originals[from] == 0 ? fallback : emulation.originals[from]
        let toOriginal = emulation.originals[to] == 0 ? fallback : emulation.originals[to]
        let distance = emulation.distances.distance(
          from: NodeID(Int32(fromOriginal) - 1), to: NodeID(Int32(toOriginal) - 1))
        _ = distances.set(distance, from: NodeID(Int32(from)), to: NodeID(Int32(to)))
      }
    }
  }
}
