import Addressing
import Memblock

/// What early boot reserves, whatever the memory map says of it. The kernel's image and the
/// boot information are reserved by the kernel, which knows where they are.
extension Memblock {
  /// Reserves the first 64 KiB, which some firmware corrupts.
  ///
  /// Linux: `early_reserve_memory`.
  public mutating func reserveLowMemory() throws(MemblockError) {
    try reserve(AddressRange(at: PhysicalAddress(0), size: 64 << 10))
  }

  /// Reserves what the BIOS keeps below 1 MiB: from the lower of its extended data area and
  /// the memory that it counts, 636 KiB where it says nothing sensible, up to 1 MiB.
  ///
  /// - Parameter window: Where physical memory can be seen; what is outside counts as 0.
  ///
  /// Linux: `reserve_bios_regions` in `arch/x86/kernel/ebda.c`.
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
    let place = AddressRange(at: PhysicalAddress(address), size: 2)
    guard window.range.contains(place) else { return 0 }
    return window.withBytes(of: place) { bytes in
      UInt64(bytes.littleEndian(UInt16.self, at: 0) ?? 0)
    }
  }

  /// Reserves the boot modules in whole pages.
  ///
  /// Linux: `early_reserve_initrd`, for its one.
  public mutating func reserveModules(
    of information: Multiboot2Information, _ bytes: RawSpan
  ) throws(MemblockError) {
    var modules = information.modules
    while let module = modules.next(in: bytes) {
      guard !module.range.isEmpty else { continue }
      let end = module.range.end.alignedUp(to: PageFrameNumber.size)
      try reserve(AddressRange(from: module.range.start, to: end))
    }
  }

  /// Reserves all of the first MiB, once the map's RAM is in.
  ///
  /// Linux: `reserve_real_mode`, which leaves a part of it for starting other processors.
  public mutating func reserveFirstMebibyte() throws(MemblockError) {
    try reserve(AddressRange(at: PhysicalAddress(0), size: 1 << 20))
  }

  /// Reserves ACPI's tables, wherever the firmware put them.
  ///
  /// Writes Linux's line for each, `ACPI: Reserving FACP table memory at [mem 0x…-0x…]`.
  ///
  /// Linux: `acpi_reserve_initial_tables`.
  public mutating func reserveTables(
    _ tables: borrowing ACPITables, log: inout some TextSink & ~Copyable
  ) throws(MemblockError) {
    for index in 0..<tables.count {
      let table = tables[index]
      log.write("ACPI: Reserving ")
      for shift in stride(from: UInt32(0), to: 32, by: 8) {
        let letter = UInt8(truncatingIfNeeded: table.signature >> shift)
        log.write(letter >= 0x20 && letter < 0x7f ? letter : UInt8(ascii: "?"))
      }
      log.write(" table memory at [mem ")
      log.write(table.range, digits: 1)
      log.write("]\n")
      try reserve(table.range)
    }
  }
}
