import Addressing
import Firmware
import Memblock
import PageAllocator
import Zones

extension BootReplay {
  /// Zones, the page allocator's tables, what the command line reserves by name, and all that
  /// is free to the page allocator.
  mutating func handOver(
    _ memblock: inout Memblock, _ topology: borrowing NUMATopology, _ options: BootOptions,
    _ window: PhysicalMemoryWindow
  ) {
    do throws(SetupError) {
      let before = memblock.reservedSize
      let layout = try memblock.logging(as: "free_area_init") {
        (memblock) throws(SetupError) in
        try ZoneLayout(of: &memblock, options: options.movable, in: window)
      }
      layout.write(to: &log) { topology.possibleNodes.contains($0) }
      zoneLines = log.lines
      note("Zones are laid out", "free_area_init", memblock)
      var pageOptions = PageAllocator.Options()
      pageOptions.highestNode = topology.possibleNodes.last ?? .none
      let pages = try memblock.logging(as: "memmap_init") { (memblock) throws(SetupError) in
        try PageAllocator(layout, options: pageOptions, from: &memblock, in: window) {
          Int(topology.distance(from: $0, to: $1))
        }
      }
      metadataSize = memblock.reservedSize - before
      note("The page allocator gets its tables", "memmap_init", memblock)
      reserveNamedMemory(&memblock, options)
      var receiver = PageFrameReceiver(pages)
      do throws(MemblockError) {
        freedFrames = try memblock.freeAll(to: &receiver)
      } catch {
        throw .memblock(error)
      }
      pages.writeBuddyInfo(to: &log)
      buddyLines = log.lines
      note("All that is free is handed over", "memblock_free_all", memblock)
    } catch {
      switch error {
      case .noMemory: failure = "the memory map has not one whole page of usable memory"
      case .memblock(let reason):
        reason.write(to: &log, caller: "page allocator")
        failure = log.take().joined()
      }
      note("The boot ends here", "panic", memblock)
    }
  }
}

extension BootReplay {
  /// `reserve_mem=`, which Linux reads with the other options of its parts, once zones and frames
  /// have their records.
  private mutating func reserveNamedMemory(_ memblock: inout Memblock, _ options: BootOptions) {
    guard options.namedReservationCount > 0 else { return }
    memblock.logging(as: "reserve_mem") { $0.allocateNamedReservations(options, log: &log) }
    note("What has a name is reserved", "reserve_mem", memblock)
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
