import ACPI
import Addressing
import KernelCommandLine
import Memblock

/// Which nodes the machine has, which memory is theirs and how far they are from each other.
///
/// A global `NUMATopology()` lies in the kernel's image; it needs no heap and no code runs
/// before it is valid. ``initialize(memblock:tables:options:endOfRAM:log:)`` fills it and gives
/// memblock's regions their nodes.
///
/// Linux: `mm/numa_memblks.c`, `arch/x86/mm/numa.c` and `drivers/acpi/numa/srat.c`.
public struct NUMATopology: ~Copyable {
  /// The nodes that there can be: those with memory, those with processors, those with
  /// generic initiators. Linux: `node_possible_map`.
  public internal(set) var possibleNodes = NodeSet()

  /// Nodes that SRAT, or an emulation, speaks of. Linux: `numa_nodes_parsed`.
  package var parsedNodes = NodeSet()
  package var blocks = NodeBlocks()
  package var proximity = ProximityMap()
  package var distances = NodeDistances()

  /// Makes a topology of no nodes.
  public init() {}

  /// The distance from one node to another: 10 to itself, otherwise what SLIT says, or 20.
  ///
  /// Linux: `node_distance`.
  public func distance(from: NodeID, to: NodeID) -> UInt8 {
    distances.distance(from: from, to: to)
  }

  /// Finds the nodes and sets them on `memory` and `reserved`: as ACPI describes them, or, where
  /// it doesn't or makes no sense, as one node for everything.
  ///
  /// Hot-pluggable memory is marked, but for nodes that hold something reserved; memory is
  /// allocated downwards again. What remains for the kernel is per-node data for each possible
  /// node that has memory, and a dump.
  ///
  /// - Parameters:
  ///   - memblock: All RAM is in, and all that must not be overwritten is reserved.
  ///   - tables: The ACPI tables.
  ///   - options: The kernel command line's; `numa=fake=` is ignored, with a line.
  ///   - endOfRAM: The frame past the last of the memory map's RAM.
  ///   - log: Takes Linux's lines.
  ///
  /// - Throws: where memblock's tables are full and may not grow.
  ///
  /// Linux: `initmem_init`, that is `x86_numa_init`.
  public mutating func initialize(
    memblock: inout Memblock, tables: borrowing ACPITables, options: BootOptions,
    endOfRAM: PageFrameNumber, log: inout some TextSink & ~Copyable
  ) throws(MemblockError) {
    var emulation = NoNodeEmulation()
    try initialize(
      memblock: &memblock, tables: tables, options: options, endOfRAM: endOfRAM,
      emulation: &emulation, log: &log)
  }

  /// The same, with nodes that may be replaced by others before they are set on memblock.
  ///
  /// - Parameters:
  ///   - memblock: All RAM is in.
  ///   - tables: ACPI's tables, for SRAT and SLIT.
  ///   - options: The kernel command line's.
  ///   - endOfRAM: The frame past the last of the memory map's RAM.
  ///   - emulation: Replaces the nodes, if `numa=fake=` says so.
  ///   - log: Takes Linux's lines.
  /// - Throws: where memblock's tables are full and may not grow.
  public mutating func initialize(
    memblock: inout Memblock, tables: borrowing ACPITables, options: BootOptions,
    endOfRAM: PageFrameNumber, emulation: inout some NodeEmulator & ~Copyable,
    log: inout some TextSink & ~Copyable
  ) throws(MemblockError) {
    proximity.removeAll()
    if !options.isNUMAOff, !options.isACPIOff {
      try forget(&memblock)
      if try readACPI(tables, options, &memblock, log: &log) {
        memblock.isBottomUp = false
        if try register(&memblock, options, endOfRAM, &emulation, log: &log) { return }
      }
    }
    try forget(&memblock)
    log.write(options.isNUMAOff ? "NUMA turned off\n" : "No NUMA configuration found\n")
    log.write("Faking a node at ")
    log.write(memory: AddressRange(from: PhysicalAddress(0), to: endOfRAM.start))
    log.write("\n")
    parsedNodes.insert(NodeID(0))
    _ = blocks.add(0, endOfRAM.start.value, node: NodeID(0), log: &log)
    memblock.isBottomUp = false
    _ = try register(&memblock, options, endOfRAM, &emulation, log: &log)
  }

  /// Starts anew: no nodes, none set, nothing hot-pluggable. Linux: the start of
  /// `numa_memblks_init`.
  private mutating func forget(_ memblock: inout Memblock) throws(MemblockError) {
    parsedNodes = NodeSet()
    possibleNodes = NodeSet()
    blocks.removeAll()
    distances.reset()
    let all = AddressRange(from: PhysicalAddress(0), to: .max)
    try memblock.setNode(.none, of: all)
    try memblock.setNode(.none, of: all, in: .reserved)
    try memblock.clearHotplug(all)
  }

  /// Sets the nodes of the blocks on memblock, if they make sense and cover memory but for at
  /// most 1 MiB. Linux: the end of `numa_memblks_init`, and `numa_register_nodes`.
  private mutating func register(
    _ memblock: inout Memblock, _ options: BootOptions, _ endOfRAM: PageFrameNumber,
    _ emulation: inout some NodeEmulator & ~Copyable, log: inout some TextSink & ~Copyable
  ) throws(MemblockError) -> Bool {
    guard try blocks.cleanUp(within: memblock, log: &log) else { return false }
    try emulation.replaceNodes(
      of: &self, options: options, memblock: memblock, endOfRAM: endOfRAM, log: &log)
    possibleNodes = parsedNodes
    blocks.collectNodes(into: &possibleNodes)
    guard !possibleNodes.isEmpty else { return false }
    for index in 0..<blocks.count {
      try memblock.setNode(blocks[index].node, of: blocks[index].range)
    }
    try keepKernelNodesPlugged(&memblock)
    return memblock.coversNodes(exceptFor: 1 << 20)
  }

  /// Takes the hot-plug mark off every node that holds something reserved: it can't be
  /// unplugged. Linux: `numa_clear_kernel_node_hotplug`.
  private func keepKernelNodesPlugged(_ memblock: inout Memblock) throws(MemblockError) {
    for index in 0..<blocks.count {
      try memblock.setNode(blocks[index].node, of: blocks[index].range, in: .reserved)
    }
    var kernelNodes = NodeSet()
    for index in 0..<memblock.reserved.count {
      let node = memblock.reserved[index].node
      if node.isValid { kernelNodes.insert(node) }
    }
    for index in 0..<blocks.count where kernelNodes.contains(blocks[index].node) {
      try memblock.clearHotplug(blocks[index].range)
    }
  }
}

extension NodeBlocks.Block {
  /// The bytes of a block that has been checked.
  var range: AddressRange {
    AddressRange(from: PhysicalAddress(start), to: PhysicalAddress(end))
  }
}
