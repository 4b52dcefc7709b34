import Addressing
import Console
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
      try memblock.reserveForKernel(symbols.memory.symbols)
      try memblock.reserveForKernel(symbols.memory.strings)
      try memblock.reserveTakenMemory(
        kernel: KernelImage.memory, information.contents, through: kernelWindow)
      earlyUses.note(KernelImage.memory, .kernel)
      BootScreen.startEarly(with: information)
      let (options, endOfRAM) = memoryMap.setUp(
        from: information.contents, kernel: KernelImage.memory,
        kernelOptions: KernelOptions.names, log: &console)
      memblock.apply(options)
      memblock.currentLimit = visibleMemoryEnd
      lastKernel = LastKernel.find(in: information.contents)
      if let table = lastKernel?.table { try memblock.allocateOnlyScratch(of: table) }
      try memblock.addRAM(of: memoryMap, information.contents, log: &console)
      if let table = lastKernel?.table { try memblock.reservePreserved(of: table) }
      try dropUnreachableRAM()
      memblock.dump(to: &console)
      reserveTrampoline()
      try memblock.reserveFirstMebibyte()
      let screen = BootScreen.find(in: information)
      if let screen { screen.startIfVisible() } else { console.leaveScreen() }
      let setup = MemorySetup(
        information: information, options: options, endOfRAM: endOfRAM, screen: screen)
      BootStep.nodes.begin()
      try setup.findNodes()
      try probeFreeMemory()
      return setup
    } catch {
      error.write(to: &console)
      console.write("\n")
      panic("memblock can't take in the machine's memory")
    }
  }

  /// The page that other processors start in, before all of the first MiB is reserved around it.
  ///
  /// Linux: `reserve_real_mode`, which takes the same from the top down, for more than this.
  private static func reserveTrampoline() {
    do throws(MemblockError) {
      let page = try memblock.logging(as: "reserve_real_mode") {
        (memblock) throws(MemblockError) in
        try memblock.allocate(
          size: PageFrameNumber.size, alignment: PageFrameNumber.size,
          maximum: PhysicalAddress(1 << 20))
      }
      trampolinePage = page.start
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
    try topology.findNodes(
      of: &memblock, information.contents, options, endOfRAM: endOfRAM, tables: &acpiTables,
      through: kernelWindow,
      emulation: &nodeEmulation, log: &console)
    memblock.dump(to: &console)
  }
}
