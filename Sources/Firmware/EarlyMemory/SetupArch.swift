import ACPI
import Addressing
import EFI
import KernelCommandLine
import LoaderInformation
import Memblock
import MemoryMap
import NUMA

// The start of Linux's `setup_arch`, as far as it is about memory: from what the boot loader and
// the firmware say to a memblock that knows all memory, what of it is taken, and which node it is
// on. The functions are called in the order in which they stand here, because the addresses that
// memblock gives depend on it:
//
//   memblock.reserveTakenMemory(…)     what must not be overwritten, before anything is allocated
//   map.setUp(…)                       the firmware's map, as the command line wants it
//   memblock.apply(…)                  what the command line wants of memblock
//   memblock.addRAM(…)                 the map's RAM
//   memblock.reserveFirstMebibyte()    what only the BIOS's time needed
//   topology.findNodes(…)              ACPI's tables, and the nodes of it all

extension Memblock {
  /// Reserves the kernel, what the boot loader put into memory, and what the BIOS keeps.
  ///
  /// - Parameters:
  ///   - kernel: The kernel's image.
  ///   - information: What the boot loader says.
  ///   - window: Where physical memory can be seen, for the BIOS's data area.
  ///
  /// Linux: `early_reserve_memory`.
  ///
  /// - Throws: where memblock's tables are full and may not grow.
  public mutating func reserveTakenMemory(
    kernel: AddressRange, _ information: LoaderInformation, through window: PhysicalMemoryWindow
  ) throws(MemblockError) {
    try logging(as: "early_reserve_memory") { (memblock) throws(MemblockError) in
      try memblock.reserveForKernel(kernel)
      try memblock.reserveLowMemory()
      try memblock.reserveModules(of: information)
      try memblock.reserveLoaderMemory(of: information)
      try memblock.reserveBIOSRegions(through: window)
    }
  }
}

extension MemoryMap {
  /// Fills the map with the firmware's, and lets the command line and EFI's map change it.
  ///
  /// - Parameters:
  ///   - information: What the boot loader says.
  ///   - kernel: The kernel's image, which counts as RAM in any case.
  ///   - kernelOptions: Names of the kernel's own options, separated by spaces.
  ///   - log: Takes Linux's lines.
  /// - Returns: the command line's options, and the frame past the last one of RAM.
  ///
  /// Linux: `e820__memory_setup`, `parse_early_param`, `efi_memblock_x86_reserve_range`,
  /// `e820__finish_early_params`, `e820_add_kernel_range`, `trim_bios_range`,
  /// `e820__end_of_ram_pfn`.
  public mutating func setUp(
    from information: LoaderInformation, kernel: AddressRange, kernelOptions: String = "",
    log: inout some TextSink & ~Copyable
  ) -> (options: BootOptions, endOfRAM: PageFrameNumber) {
    fill(from: information, log: &log)
    let options = BootOptions(
      reading: information.commandLine, applyingTo: &self, kernelOptions: kernelOptions, log: &log)
    if let efi = information.efiMemoryMap {
      efi.report(to: &log)
      add(
        efi, isWanted: options.addsEFIMemoryMap,
        ignoringSpecialPurpose: options.ignoresSoftReservations, log: &log)
    }
    finishUserChanges(options, log: &log)
    return (options, fixUp(kernel: kernel, log: &log))
  }

  /// What every PC's map needs, and the frame past the last one of RAM.
  public mutating func fixUp(
    kernel: AddressRange, log: inout some TextSink & ~Copyable
  ) -> PageFrameNumber {
    includeKernel(kernel, log: &log)
    trimBIOSRange(log: &log)
    let end = endOfRAM(log: &log)
    let fourGiB = PageFrameNumber(1 << 20)
    if end > fourGiB { _ = endOfRAM(below: fourGiB, log: &log) }
    return end
  }
}

extension Memblock {
  /// Sets what the command line says of memblock itself.
  ///
  /// Linux: `early_memblock`, `cmdline_parse_movable_node`, `cmdline_parse_kernelcore`.
  public mutating func apply(_ options: BootOptions) {
    log.isDebug = options.isMemblockDebugged
    keepsHotplugFree = options.isNodeMovable
    kernelCoreIsMirrored = options.isKernelCoreMirrored
    // Whatever the kernel takes should be near its image, on a node that stays anyway.
    isBottomUp = options.isNodeMovable
  }

  /// Adds the map's RAM, and says on the log how much of it is mirrored.
  ///
  /// Linux: `e820__memblock_setup`, `efi_find_mirror`.
  public mutating func addRAM(
    of map: borrowing MemoryMap, _ information: LoaderInformation,
    log: inout some TextSink & ~Copyable
  ) throws(MemblockError) {
    try map.register(in: &self)
    if let efi = information.efiMemoryMap { try markMirroredMemory(of: efi, log: &log) }
  }
}

extension NUMATopology {
  /// Finds ACPI's tables, reserves them, and sets on memblock which node all memory is on.
  ///
  /// - Parameters:
  ///   - memblock: All RAM is in, and all that must not be overwritten is reserved.
  ///   - information: What the boot loader says, for ACPI's root pointer.
  ///   - options: The kernel command line's.
  ///   - endOfRAM: The frame past the last of the memory map's RAM.
  ///   - tables: Takes where ACPI's tables are; none where the command line has `acpi=off`.
  ///   - window: Where physical memory can be seen; tables beyond are not used.
  ///   - emulation: Replaces the nodes, if `numa=fake=` says so.
  ///   - log: Takes Linux's lines.
  ///
  /// Linux: `acpi_boot_table_init`, `acpi_reserve_initial_tables`, `initmem_init`.
  ///
  /// - Throws: where memblock's tables are full and may not grow.
  public mutating func findNodes(
    of memblock: inout Memblock, _ information: LoaderInformation, _ options: BootOptions,
    endOfRAM: PageFrameNumber, tables: inout ACPITables, through window: PhysicalMemoryWindow,
    emulation: inout some NodeEmulator & ~Copyable, log: inout some TextSink & ~Copyable
  ) throws(MemblockError) {
    if !options.isACPIOff,
      let root = information.findRootPointer(through: window, log: &log)
    {
      tables.read(from: root, through: window, log: &log)
      try memblock.reserveTables(tables, log: &log)
    }
    try initialize(
      memblock: &memblock, tables: tables, options: options, endOfRAM: endOfRAM,
      emulation: &emulation, log: &log)
  }
}
