import Addressing
import MemoryMap

extension MemoryMap {
  /// Adds EFI's map to the loader's where that says too little: it is asked for, or some memory is
  /// set apart for a special purpose, which the loader's map has no type for.
  ///
  /// What is in both is what is less usable in either.
  ///
  /// - Parameters:
  ///   - efi: EFI's map.
  ///   - isWanted: Add it in any case: `add_efi_memmap`.
  ///   - ignoringSpecialPurpose: Memory set apart for a special purpose is ordinary memory:
  ///     `efi=nosoftreserve`.
  ///   - log: Takes the entries that result, in Linux's words.
  ///
  /// Linux: `efi_memblock_x86_reserve_range`, but for the reservation of the map itself.
  public mutating func add(
    _ efi: EFIMemoryMap, isWanted: Bool, ignoringSpecialPurpose: Bool,
    log: inout some TextSink & ~Copyable
  ) {
    var isWanted = isWanted
    efi.forEach { _, descriptor in
      if descriptor.type == .conventional, descriptor.isSpecialPurpose, !ignoringSpecialPurpose {
        isWanted = true
      }
    }
    guard isWanted else { return }
    var entries = 0
    efi.forEach { _, descriptor in
      guard let range = descriptor.range else { return }
      let type = descriptor.mapType(ignoringSpecialPurpose: ignoringSpecialPurpose)
      append(Entry(range, type), log: &log)
      entries += 1
    }
    sanitize(log: &log)
    log.write("efi: ")
    log.write(decimal: UInt64(entries))
    log.write(" entries added to the physical RAM map:\n")
    write(source: "efi", to: &log)
  }
}
