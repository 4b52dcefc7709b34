import ACPI
import Addressing
import EFI
import LoaderInformation
import Memblock

/// What early boot reserves, whatever the memory map says of it. The kernel's image and the
/// boot information are reserved by the kernel, which knows where they are.
extension Memblock {
  /// Reserves the first 64 KiB, which some firmware corrupts.
  ///
  /// Linux: `early_reserve_memory`.
  ///
  /// - Throws: where memblock's tables are full and may not grow.
  public mutating func reserveLowMemory() throws(MemblockError) {
    try reserve(AddressRange(at: PhysicalAddress(0), size: 64 << 10))
  }

  /// Reserves what the BIOS keeps below 1 MiB: from the lower of its extended data area and
  /// the memory that it counts, 636 KiB where it says nothing sensible, up to 1 MiB.
  ///
  /// - Parameter window: Where physical memory can be seen; what is outside counts as 0.
  ///
  /// Linux: `reserve_bios_regions` in `arch/x86/kernel/ebda.c`.
  ///
  /// - Throws: where memblock's tables are full and may not grow.
  public mutating func reserveBIOSRegions(
    through window: PhysicalMemoryWindow
  ) throws(MemblockError) {
    let sensible: Range<UInt64> = 0x2_0000..<0x9_f001
    let counted = word(at: 0x413, through: window) << 10
    let area = word(at: 0x40e, through: window) << 4
    var start: UInt64 = sensible.contains(counted) ? counted : 0x9_f000
    if area >= sensible.lowerBound, area < start { start = area }
    try reserve(
      AddressRange(from: PhysicalAddress(start), to: PhysicalAddress(0x10_0000)))
  }

  /// A word of the BIOS data area, which need not be aligned.
  private func word(at address: UInt64, through window: PhysicalMemoryWindow) -> UInt64 {
    let bytes = PhysicalBytes(at: PhysicalAddress(address), count: 2, in: window)
    return UInt64(bytes?.littleEndian(UInt16.self, at: 0) ?? 0)
  }

  /// Reserves the boot modules in whole pages.
  ///
  /// Linux: `early_reserve_initrd`, for its one.
  ///
  /// - Throws: where memblock's tables are full and may not grow.
  public mutating func reserveModules(
    of information: LoaderInformation
  ) throws(MemblockError) {
    try information.modules?.forEach { (module) throws(MemblockError) in
      guard !module.range.isEmpty else { return }
      // The page that ends at 2^64 can't be named whole.
      let last = PhysicalAddress.max.alignedDown(to: PageFrameNumber.size)
      let end = module.range.end
      try reserveForKernel(
        AddressRange(
          from: module.range.start,
          to: end > last ? end : end.alignedUp(to: PageFrameNumber.size)))
    }
  }

  /// Reserves all that `information` is read from, and the RAM that the loader's map says is in
  /// use: what is allocated there would be overwritten, or overwrite it.
  ///
  /// Linux: it has copied its boot parameters by then, and reserves what they point at:
  /// `memblock_x86_reserve_range_setup_data`.
  ///
  /// - Throws: where memblock's tables are full and may not grow.
  public mutating func reserveLoaderMemory(
    of information: LoaderInformation
  ) throws(MemblockError) {
    try information.structures?.forEach { (range) throws(MemblockError) in
      try reserveForKernel(range)
    }
    try reserve(information.commandLine)
    try reserve(information.loaderName)
    try reserve(information.acpiRootPointer)
    try reserve(information.acpiOldRootPointer)
    if let map = information.efiMemoryMap { try reserve(map.memory) }
    if let sections = information.elfSections { try reserveForKernel(sections.memory) }
    try information.modules?.forEach { (module) throws(MemblockError) in
      try reserve(module.commandLine)
    }
    try information.memoryMap?.forEach { (range) throws(MemblockError) in
      guard range.isInUse else { return }
      try reserve(AddressRange(at: PhysicalAddress(range.start), size: range.size))
    }
  }

  private mutating func reserve(_ bytes: PhysicalBytes?) throws(MemblockError) {
    if let bytes { try reserveForKernel(bytes.range) }
  }

  /// Reserves all of the first MiB, once the map's RAM is in, and what is wanted of it has been
  /// allocated. It is no scratch memory any more.
  ///
  /// Linux: `reserve_real_mode`, which leaves a part of it for starting other processors.
  ///
  /// - Throws: where memblock's tables are full and may not grow.
  public mutating func reserveFirstMebibyte() throws(MemblockError) {
    try logging(as: "reserve_real_mode") { (memblock) throws(MemblockError) in
      try memblock.reserve(.firstMebibyte)
    }
    if rules.firstMebibyteIsScratch { try clearScratch(.firstMebibyte) }
  }

  /// Reserves ACPI's tables, wherever the firmware put them.
  ///
  /// Writes Linux's line for each, `ACPI: Reserving FACP table memory at [mem 0x…-0x…]`.
  ///
  /// Linux: `acpi_reserve_initial_tables`.
  ///
  /// - Throws: where memblock's tables are full and may not grow.
  public mutating func reserveTables(
    _ tables: borrowing ACPITables, log: inout some TextSink & ~Copyable
  ) throws(MemblockError) {
    for index in 0..<tables.count {
      let table = tables[index]
      log.write("ACPI: Reserving ")
      log.write(characters: UInt64(table.signature), count: 4)
      log.write(" table memory at ")
      log.write(memory: table.range, digits: 1)
      log.write("\n")
      try logging(as: "acpi_reserve_initial_tables") { (memblock) throws(MemblockError) in
        try memblock.reserve(table.range)
      }
    }
  }
}

extension AddressRange {
  /// What the BIOS, real mode and other processors' first instructions need.
  static var firstMebibyte: AddressRange { AddressRange(at: .zero, size: 1 << 20) }
}
