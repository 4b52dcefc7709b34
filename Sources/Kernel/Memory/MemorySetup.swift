import Addressing
import Boot
import Firmware
import Memblock

/// From what the firmware and the boot loader say to a memblock that knows all memory, what of
/// it is taken, and which node it is on. The steps are those of Linux's `setup_arch`, in its
/// order.
struct MemorySetup {
  let information: BootInformation

  /// What the command line says about memory.
  let options: BootOptions

  /// The frame past the last one of RAM.
  let endOfRAM: PageFrameNumber

  /// The screen that the console can be shown on.
  let screen: BootScreen?

  /// Runs every step. Where memblock's tables are full and can't grow there is no safe way on:
  /// panics, with its reason.
  static func run(with information: BootInformation) -> MemorySetup {
    do throws(MemblockError) {
      memblock.log.sink = { console.write($0) }
      memblock.allowResize(through: kernelWindow)
      try reserveWhatIsTaken(information)
      let options = readMemoryMap(information)
      memblock.log.isDebug = options.isMemblockDebugged
      memblock.keepsHotplugFree = options.isNodeMovable
      memblock.kernelCoreIsMirrored = options.isKernelCoreMirrored
      // Whatever the kernel takes should be near its image, on a node that stays anyway.
      memblock.isBottomUp = options.isNodeMovable
      memblock.currentLimit = visibleMemoryEnd
      let endOfRAM = correctMap()
      try registerRAM(information)
      let screen = try BootScreen.find(in: information)
      screen?.startIfVisible()
      let setup = MemorySetup(
        information: information, options: options, endOfRAM: endOfRAM, screen: screen)
      try setup.findNodes()
      try probeFreeMemory()
      return setup
    } catch {
      error.write(to: &console)
      console.write("\n")
      panic("memblock can't take in the machine's memory")
    }
  }

  /// The kernel itself, the first 64 KiB, and all that the boot loader put into memory, before
  /// anything can be allocated on top of it.
  private static func reserveWhatIsTaken(_ information: BootInformation) throws(MemblockError) {
    try memblock.reserve(KernelImage.memory)
    try memblock.reserveLowMemory()
    try memblock.reserve(information.memory)
    try memblock.reserve(symbols.memory.symbols)
    try memblock.reserve(symbols.memory.strings)
    try information.withBytes { (bytes) throws(MemblockError) in
      try memblock.reserveModules(of: information.contents, bytes)
    }
    try memblock.reserveBIOSRegions(through: kernelWindow)
  }

  /// The firmware's map, as the command line wants it.
  private static func readMemoryMap(_ information: BootInformation) -> BootOptions {
    information.withBytes { bytes in
      memoryMap.fill(from: information.contents, in: bytes, log: &console)
      let options = BootOptions(
        reading: information.contents.commandLine, of: bytes, applyingTo: &memoryMap,
        kernelOptions: KernelOptions.names, log: &console)
      information.contents.reportEFIMap(bytes, log: &console)
      memoryMap.addEFIMap(of: information.contents, bytes, options, log: &console)
      memoryMap.finishUserChanges(options, log: &console)
      return options
    }
  }

  /// What every PC's map needs, and where RAM ends.
  private static func correctMap() -> PageFrameNumber {
    memoryMap.includeKernel(KernelImage.memory, log: &console)
    memoryMap.trimBIOSRange(log: &console)
    let end = memoryMap.endOfRAM(log: &console)
    let fourGiB = PageFrameNumber(1 << 20)
    if end > fourGiB { _ = memoryMap.endOfRAM(below: fourGiB, log: &console) }
    return end
  }

  private static func registerRAM(_ information: BootInformation) throws(MemblockError) {
    try memoryMap.register(in: &memblock)
    try dropUnreachableRAM()
    try information.withBytes { (bytes) throws(MemblockError) in
      try information.contents.markMirroredMemory(bytes, in: &memblock, log: &console)
    }
    memblock.dump(to: &console)
    reserveTrampoline()
    try memblock.reserveFirstMebibyte()
  }

  /// The page that other processors start in, before all of the first MiB is reserved around it.
  ///
  /// Linux: `reserve_real_mode`, which takes the same from the top down, for more than this.
  private static func reserveTrampoline() {
    do throws(MemblockError) {
      trampolinePage = try memblock.allocate(
        size: PageFrameNumber.size, alignment: PageFrameNumber.size,
        maximum: PhysicalAddress(1 << 20), caller: "reserve_real_mode"
      ).start
    } catch {
      error.write(to: &console, caller: "trampoline")
      console.write("\n")
    }
  }

  /// RAM that the direct map or the processor's address lines don't reach is of no use.
  private static func dropUnreachableRAM() throws(MemblockError) {
    let bits = Swift.min(ProcessorFeatures.read().physicalAddressBits, 46)
    let limit = PhysicalAddress(1 << bits)
    guard let end = memblock.endOfMemory, end > limit else { return }
    console.write("memory at ")
    console.write(limit)
    console.write(" and above can't be reached and is left out, up to ")
    console.write(end)
    console.write("\n")
    try memblock.remove(AddressRange(from: limit, to: .max))
  }

  /// ACPI's tables are read while the first page tables show the first 4 GiB.
  private func findNodes() throws(MemblockError) {
    let root = information.withBytes { bytes in
      options.isACPIOff
        ? nil
        : ACPIRootPointer.find(
          in: information.contents, bytes, through: kernelWindow, log: &console)
    }
    if let root {
      acpiTables.read(from: root, through: kernelWindow, log: &console)
      try memblock.reserveTables(acpiTables, log: &console)
    }
    try topology.initialize(
      memblock: &memblock, tables: acpiTables, window: kernelWindow, options: options,
      endOfRAM: endOfRAM, log: &console)
    memblock.dump(to: &console)
  }
}
