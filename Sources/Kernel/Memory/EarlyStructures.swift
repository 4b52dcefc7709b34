import Addressing
import Firmware
import Memblock
import PageAllocator
import X86

/// What the kernel takes from memblock before the rest is handed over, apart from its page
/// tables: everything that must exist before there is a page allocator.
struct EarlyStructures {
  /// Which memory belongs to which node and zone.
  let layout: ZoneLayout

  /// How the page allocator is to be.
  private let options: PageAllocator.Options

  /// The page allocator's tables that belong to no node.
  private let allocatorTables: AddressRange

  /// The bytes that the boot log is kept in.
  private static var logSize: UInt64 { 256 << 10 }

  /// The bytes of a processor's own area.
  private static var processorAreaSize: UInt64 { PageFrameNumber.size }

  /// Takes them all.
  ///
  /// Where there is not one whole frame of memory there is nothing to boot on: panics.
  static func allocate(for setup: MemorySetup) -> EarlyStructures {
    let layout = makeLayout(setup.options.movable)
    var options = PageAllocator.Options()
    options.poisonsFreeFrames = setup.options.poisonsPages ?? false
    options.highestNode = topology.possibleNodes.last ?? .none
    for index in 0..<layout.nodeCount {
      let node = layout.node(index).node
      let records = allocateEarly(
        layout.recordsSize(ofNode: index), for: "alloc_node_data", node: node)
      layout.placeRecords(ofNode: index, at: records.start)
      reportEarly("NODE_DATA", number: UInt64(node.value), records)
    }
    let tables = allocateEarly(
      PageAllocator.storageSize(for: layout, options: options), for: "page allocator")
    reportEarly("Page allocator's tables", tables)
    startProcessorArea()
    growLog()
    return EarlyStructures(layout: layout, options: options, allocatorTables: tables)
  }

  /// The page allocator, with every page reserved.
  func makePageAllocator() -> PageAllocator {
    PageAllocator(layout, options: options, in: kernelWindow, at: allocatorTables.start) {
      Int(topology.distance(from: $0, to: $1))
    }
  }

  private static func makeLayout(_ movable: MovableOptions) -> ZoneLayout {
    let count = memblock.memory.count
    let storage = allocateEarly(ZoneLayout.storageSize(forRegions: count), for: "zone layout")
    do throws(LayoutError) {
      return try ZoneLayout(
        ofRegions: count, options: movable, in: kernelWindow, at: storage.start
      ) { index in
        let region = memblock.memory[index]
        return LayoutRegion(
          region.range, node: region.node,
          isHotPluggable: region.flags.contains(.hotplug),
          isMirrored: region.flags.contains(.mirror))
      }
    } catch {
      panic("the memory map has not one whole frame of usable memory")
    }
  }

  /// The boot processor's area, which it finds through its GS base: the area's own address,
  /// then the processor's number.
  private static func startProcessorArea() {
    let area = allocateEarly(processorAreaSize, for: "processor area")
    kernelWindow.fill(area)
    let address = kernelWindow.virtualAddress(of: area.start)
    kernelWindow.store(address.value, at: area.start)
    writeModelSpecificRegister(0xc000_0101, address.value)  // IA32_GS_BASE
    reportEarly("Boot processor's area", area)
  }

  private static func growLog() {
    let log = allocateEarly(logSize, for: "boot log")
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
