import Addressing

/// Corrections that every PC needs, whatever its firmware says.
extension MemoryMap {
  /// Makes sure that the kernel's own image counts as usable.
  ///
  /// A map that says otherwise is mistaken, or `memmap=` was: the kernel is running there.
  ///
  /// Linux: `e820_add_kernel_range`.
  public mutating func includeKernel(
    _ image: AddressRange, log: inout some TextSink & ~Copyable
  ) {
    if covers(image, type: .usable) { return }
    log.write(".text .data .bss are not marked as E820_TYPE_RAM!\n")
    remove(image, ofType: nil, log: &log)
    append(Entry(image, .usable), log: &log)
  }

  /// Takes the first page, which belongs to the BIOS, and the hole from 640 KiB to 1 MiB, where
  /// the screen and ROMs are, out of what is usable; then sanitises.
  ///
  /// Linux: `trim_bios_range`.
  public mutating func trimBIOSRange(log: inout some TextSink & ~Copyable) {
    let firstPage = AddressRange(at: PhysicalAddress(0), size: PageFrameNumber.size)
    update(firstPage, from: .usable, to: .reserved, log: &log)
    let hole = AddressRange(from: PhysicalAddress(0xa_0000), to: PhysicalAddress(0x10_0000))
    remove(hole, ofType: .usable, log: &log)
    sanitize(log: &log)
  }
}
