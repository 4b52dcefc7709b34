public import Addressing
import Firmware
public import Memblock
public import PageAllocator
public import Zones

/// What memblock knew as it handed its memory over, and what became of it.
extension BootedMachine {
  /// Memblock's tables at the hand-over, with nodes and flags.
  @export(interface)
  public var memblockTables: HandedOverTables { handOverTables ?? HandedOverTables() }

  /// The machine's nodes that have memory, with their zones.
  @export(interface)
  public var nodes: [MachineNode] {
    guard let layout = pages?.layout else { return [] }
    return (0..<layout.nodeCount).map { MachineNode(index: $0, id: layout.node($0).node) }
  }

  /// How far two nodes are apart, by the firmware's table: 10 is here.
  @export(interface)
  public func distance(from: NodeID, to: NodeID) -> Int {
    Int(topology.distance(from: from, to: to))
  }
}

/// Copies of memblock's tables.
public struct HandedOverTables {
  /// All memory.
  public var memory: [Region] = []

  /// What of it was taken: by the kernel, and for good.
  public var reserved: [Region] = []

  /// Memblock's third table, of all RAM whatever the command line leaves of it: empty but where the
  /// program has put something in, as Linux's is on x86.
  public var physmem: [Region] = []
}

/// A node of the machine.
public struct MachineNode {
  fileprivate let index: Int

  /// Its number.
  public let id: NodeID

  /// A zone's frames: those of the node that are RAM, those that the page allocator was given, and
  /// those that are free.
  @export(interface)
  public func zone(_ kind: ZoneKind) -> ZoneStatistics? {
    pages?.statistics(ofNode: index, kind)
  }
}

/// Memblock's tables as they were at the hand-over; written once, by the boot.
@safe nonisolated(unsafe) var handOverTables: HandedOverTables?

extension HandedOverTables {
  /// Copies the tables. There must be a heap.
  init(of memblock: borrowing Memblock) {
    memory = Self.copy(memblock.memory)
    reserved = Self.copy(memblock.reserved)
    #if !WithoutPhysmem
      physmem = Self.copy(memblock.physmem)
    #endif
  }

  @inline(never)
  private static func copy(_ table: RegionView) -> [Region] {
    var regions: [Region] = []
    for index in table.indices { regions.append(table[index]) }
    return regions
  }
}
