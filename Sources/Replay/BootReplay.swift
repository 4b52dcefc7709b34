public import Addressing
import Firmware
import LogReading
import Memblock

/// A machine's boot, by the kernel's own code: from the firmware's map to the page allocator.
///
/// The steps are those of the kernel here and of Linux's `setup_arch` to `mem_init`, in their
/// order. Nothing is read or written but through the window.
public struct BootReplay: Sendable {
  /// The steps that were made, in order.
  public internal(set) var steps: [ReplayStep] = []
  /// The lines about zones and node ranges, as Linux prints them.
  public internal(set) var zoneLines: [String] = []
  /// The lines of `/proc/buddyinfo`.
  public internal(set) var buddyLines: [String] = []
  /// The bytes in the page tables of the direct map.
  public internal(set) var pageTableSize: UInt64 = 0
  /// The pages of 4 KiB, 2 MiB and 1 GiB that map it.
  public internal(set) var pageCounts: [UInt64] = []
  /// The bytes in the tables of zones and of the page allocator.
  public internal(set) var metadataSize: UInt64 = 0
  /// The frames that the page allocator was given.
  public internal(set) var freedFrames: UInt64 = 0
  /// Why the boot ended early; `nil` where it went to its end.
  public internal(set) var failure: String?

  var log = ReplayLog()
  private let recorder: ReplayRecorder?

  /// Boots a machine.
  ///
  /// - Parameters:
  ///   - machine: What to boot.
  ///   - window: Shows physical memory from 0, whatever of the machine's is in it: 1 MiB at
  ///     least, and for the page allocator all of it. It must hold nothing yet.
  ///   - recorder: Keeps memblock's operations, for the steps to have them.
  public init(
    _ machine: ReplayMachine, in window: PhysicalMemoryWindow,
    recorder: ReplayRecorder? = nil
  ) {
    self.recorder = recorder
    var memblock = Memblock()
    memblock.log.sink = recorder?.sink
    memblock.log.isDebug = recorder != nil
    memblock.rules = machine.rules
    do throws(MemblockError) {
      try boot(machine, &memblock, window)
    } catch {
      var text = ReplayLog()
      error.write(to: &text)
      failure = text.take().joined()
      note("The boot ends here", "panic", memblock)
    }
  }

  /// What was allocated on the way, in order; nothing where nobody recorded it.
  public var allocations: [ReplayAllocation] { steps.flatMap { $0.operations.allocations } }

  private mutating func boot(
    _ machine: ReplayMachine, _ memblock: inout Memblock, _ window: PhysicalMemoryWindow
  ) throws(MemblockError) {
    ACPIImage(machine)?.write(through: window)
    let image = AddressRange(
      at: PhysicalAddress(machine.image.start), size: machine.image.size)
    try memblock.logging(as: "early_reserve_memory") { (memblock) throws(MemblockError) in
      try memblock.reserveForKernel(image)
      try memblock.reserveLowMemory()
      for module in machine.modules {
        let range = AddressRange(at: PhysicalAddress(module.start), size: module.size)
        let end = range.end.alignedUp(to: PageFrameNumber.size)
        try memblock.reserveForKernel(AddressRange(from: range.start, to: end))
      }
      try memblock.reserveBIOSRegions(through: window)
    }
    note("What is taken is reserved", "early_reserve_memory", memblock)

    var map = MemoryMap()
    map.rules = machine.rules == .linux6_12 ? .linux6 : .linux7
    for entry in machine.map {
      let size = entry.last &- entry.start &+ 1
      map.append(
        start: PhysicalAddress(entry.start), size: size == 0 ? .max : size,
        type: MemoryType(rawValue: entry.type), log: &log)
    }
    map.sanitize(log: &log)
    map.write(source: "BIOS-e820", to: &log)
    note("The firmware's map is put in order", "e820__memory_setup", memblock)

    let options = readCommandLine(machine.commandLine, &map)
    memblock.keepsHotplugFree = options.isNodeMovable
    memblock.kernelCoreIsMirrored = options.isKernelCoreMirrored
    memblock.isBottomUp = options.isNodeMovable
    map.includeKernel(image, log: &log)
    map.trimBIOSRange(log: &log)
    let end = map.endOfRAM(log: &log)
    note("The command line changes the map", "parse_early_param", memblock)

    // Until all RAM is mapped, tables can only grow into the first MiB.
    memblock.currentLimit = PhysicalAddress(1 << 20)
    memblock.allowResize(through: window)
    try map.register(in: &memblock)
    try dropUnreachableRAM(&memblock)
    note("RAM is handed to memblock", "e820__memblock_setup", memblock)
    try memblock.reserveFirstMebibyte()
    note("The first MiB is reserved", "reserve_real_mode", memblock)

    var tables = ACPITables()
    if !options.isACPIOff, let root = ACPIRootPointer.search(through: window) {
      tables.read(from: root, through: window, log: &log)
      _ = log.take()
    }
    var topology = NUMATopology()
    var emulation = NodeEmulation()
    try topology.initialize(
      memblock: &memblock, tables: tables, options: options, endOfRAM: end,
      emulation: &emulation, log: &log)
    note("Nodes are found", "initmem_init", memblock)

    memblock = mapDirectly(memblock, machine, window)
    note("All RAM is mapped", "init_mem_mapping", memblock)
    guard failure == nil else { return }
    memblock.currentLimit = window.range.end
    handOver(&memblock, topology, options, window)
  }

  /// RAM above the 64 TiB that a direct map has room for is of no use.
  private mutating func dropUnreachableRAM(
    _ memblock: inout Memblock
  ) throws(MemblockError) {
    let limit = PhysicalAddress(1 << 46)
    guard let end = memblock.endOfMemory, end > limit else { return }
    log.write("memory at ")
    log.write(limit)
    log.write(" and above can't be reached and is left out, up to ")
    log.write(end)
    log.write("\n")
    try memblock.remove(AddressRange(from: limit, to: .max))
  }

  /// `mem=`, `memmap=` and all others.
  private mutating func readCommandLine(
    _ text: String, _ map: inout MemoryMap
  ) -> BootOptions {
    let bytes = Array(text.utf8)
    let options = BootOptions(
      reading: bytes.span.raw, applyingTo: &map,
      kernelOptions: "console panic nokaslr root ro rw quiet BOOT_IMAGE splash", log: &log)
    map.finishUserChanges(options, log: &log)
    return options
  }

  /// Ends a step.
  mutating func note(
    _ title: String, _ function: String, _ memblock: borrowing Memblock
  ) {
    steps.append(
      ReplayStep(
        title: title, function: function, lines: log.take(), tables: MemblockTables(memblock),
        operations: StepOperations(recorder?.take() ?? [])))
  }
}
