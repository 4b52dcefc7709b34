import Addressing
import KernelCommandLine
import Memblock
import NUMA

extension NodeEmulation: NodeEmulator {
  /// Replaces the nodes by fake ones, if the command line asks for it and there is memory
  /// enough; otherwise nothing changes.
  ///
  /// Linux: `numa_emulation`.
  ///
  /// - Throws: where memblock's tables are full and may not grow.
  public mutating func replaceNodes(
    of topology: inout NUMATopology, options: BootOptions, memblock: borrowing Memblock,
    endOfRAM: PageFrameNumber, log: inout some TextSink & ~Copyable
  ) throws(MemblockError) {
    guard let form = options.fakeNodes else { return }
    start(with: topology.blocks)
    let nodes = topology.parsedNodes
    let isDone =
      switch form {
      case .perNode(let count):
        try split(each: nodes, into: count, memblock, log: &log)
      case .size(let size):
        try split(nodes, bySize: size, memblock, endOfRAM.start.value, log: &log)
      case .count(let count):
        try split(nodes, byCount: count, memblock, endOfRAM.start.value, log: &log)
      }
    guard isDone else { return }
    guard try fakes.cleanUp(within: memblock, log: &log) else {
      log.write("NUMA: Warning: constructed meminfo invalid, disabling emulation\n")
      return
    }
    // As in Linux, where `numa=off` makes the next step fail when this much has been done.
    if options.isNUMAOff { return }
    topology.parsedNodes = NodeSet()
    fakes.collectNodes(into: &topology.parsedNodes)
    let highest = highestFake
    let moved = topology.proximity.renumber(originals, highest: highest, &previousDomains)
    var node = moved.first
    while let movedNode = node {
      topology.parsedNodes.insert(movedNode)
      node = moved.next(after: movedNode)
    }
    topology.blocks.copy(fakes)
    replaceDistances(of: &topology, highest: highest, log: &log)
  }

  private var highestFake: Int {
    var highest = 0
    for index in 0..<1024 where originals[index] != 0 { highest = index }
    return highest
  }

  /// Gives fake nodes the distances of the nodes that they were cut from.
  private mutating func replaceDistances(
    of topology: inout NUMATopology, highest: Int, log: inout some TextSink & ~Copyable
  ) {
    var fallback: UInt16 = 1
    for index in (0...highest).reversed() where originals[index] != 0 {
      fallback = originals[index]
    }
    distances.copy(topology.distances)
    topology.distances.reset()
    topology.startDistances(log: &log)
    for from in 0...highest {
      for to in 0...highest {
        let fromOriginal = originals[from] == 0 ? fallback : originals[from]
        let toOriginal = originals[to] == 0 ? fallback : originals[to]
        let distance = distances.distance(
          from: NodeID(Int32(fromOriginal) - 1), to: NodeID(Int32(toOriginal) - 1))
        _ = topology.distances.set(distance, from: NodeID(Int32(from)), to: NodeID(Int32(to)))
      }
    }
  }
}
