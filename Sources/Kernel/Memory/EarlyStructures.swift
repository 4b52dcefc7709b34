import Addressing
import Console
import Firmware
import Memblock
import PageAllocator
import Zones

/// What the kernel takes from memblock before the rest is handed over, apart from its page
/// tables: everything that must exist before there is a page allocator.
struct EarlyStructures {
  /// Which memory belongs to which node and zone.
  let layout: ZoneLayout

  /// The page allocator, with every page reserved.
  let pages: PageAllocator

  /// The bytes that the boot log is kept in.
  private static var logSize: UInt64 { 256 << 10 }

  /// Takes them all, each line naming where.
  static func allocate(for setup: MemorySetup) -> EarlyStructures {
    growLog()
    do throws(SetupError) {
      let layout = try ZoneLayout(
        of: &memblock, options: setup.options.movable, in: kernelWindow)
      var options = PageAllocator.Options()
      options.poisonsFreeFrames = setup.options.poisonsPages ?? false
      options.processors = ProcessorStart.possibleCount
      options.hooks = .machine
      options.highestNode = topology.possibleNodes.last ?? .none
      let pages = try PageAllocator(
        layout, options: options, from: &memblock, in: kernelWindow
      ) { Int(topology.distance(from: $0, to: $1)) }
      report(layout)
      return EarlyStructures(layout: layout, pages: pages)
    } catch {
      switch error {
      case .noMemory: panic("the memory map has not one whole page of usable memory")
      case .memblock(let reason):
        reason.write(to: &console, caller: "page allocator")
        console.write("\n")
        panic("out of memory before there is a page allocator")
      }
    }
  }

  private static func report(_ layout: ZoneLayout) {
    for index in 0..<layout.nodeCount {
      let records = AddressRange(
        at: layout.node(index).records, size: layout.recordsSize(ofNode: index))
      earlyUses.note(records, .metadata)
      reportEarly("NODE_DATA", number: UInt64(layout.node(index).node.value), records)
    }
    layout.movableWarning?.write(to: &console)
    layout.write(to: &console) { topology.possibleNodes.contains($0) }
  }

  private static func growLog() {
    let log = allocateEarly(logSize, for: "boot log")
    earlyUses.note(log, .metadata)
    console.moveLog(to: log, through: kernelWindow)
    reportEarly("Boot log", log)
  }
}

extension BootOptions {
  /// What the command line says about zone Movable.
  fileprivate var movable: MovableOptions {
    MovableOptions(
      kernelCore: kernelCore.map(Self.amount), movableCore: movableCore.map(Self.amount),
      isKernelCoreMirrored: isKernelCoreMirrored, isHotplugMovable: isNodeMovable)
  }

  private static func amount(_ amount: Amount) -> MovableOptions.Amount {
    switch amount {
    case .size(let bytes): .bytes(bytes)
    case .percent(let percent): .percent(percent)
    }
  }
}
