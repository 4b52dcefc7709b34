import Addressing
import Memblock

/// EFI's memory map, as the boot loader hands it over beside its own.
extension Multiboot2Information {
  /// Calls `body` with each descriptor of EFI's memory map and its number.
  func forEachEFIDescriptor<Failure: Error>(
    in bytes: RawSpan, _ body: (Int, EFIMemoryDescriptor) throws(Failure) -> Void
  ) throws(Failure) {
    guard let table = efiMemoryMap else { return }
    for index in 0..<table.count {
      guard
        let descriptor = EFIMemoryDescriptor(at: table.offset(ofEntry: index), of: bytes)
      else { return }
      try body(index, descriptor)
    }
  }

  /// Writes a line for each descriptor that is broken, and for each that EFI's runtime services
  /// are in: those are kept out of memory.
  ///
  /// Linux: `efi_clean_memmap`, and `efi_print_memmap` for `efi=debug`.
  public func reportEFIMap(_ bytes: RawSpan, log: inout some TextSink & ~Copyable) {
    forEachEFIDescriptor(in: bytes) { index, descriptor in
      let range = descriptor.range
      guard range == nil || descriptor.isForRuntime else { return }
      log.write("efi: mem")
      if index < 10 { log.write("0") }
      log.write(decimal: UInt64(index))
      log.write(": [")
      log.write(descriptor.type.name)
      log.write("] range=[")
      let end = descriptor.start &+ descriptor.pageCount << PageFrameNumber.shift
      log.write(hex: descriptor.start, digits: 16)
      log.write("-")
      log.write(hex: end &- 1, digits: 16)
      log.write(range == nil ? "] (invalid)\n" : "] (")
      if range == nil { return }
      log.write(decimal: descriptor.pageCount >> 8)
      log.write("MB) kept for EFI's runtime services\n")
    }
  }

  /// Marks memory that the hardware keeps twice, with `kernelcore=mirror`; without it nothing
  /// is marked, but its size is still told.
  ///
  /// Linux: `efi_find_mirror`.
  public func markMirroredMemory(
    _ bytes: RawSpan, in memblock: inout Memblock, log: inout some TextSink & ~Copyable
  ) throws(MemblockError) {
    var mirrored: UInt64 = 0
    var total: UInt64 = 0
    try forEachEFIDescriptor(in: bytes) { (_, descriptor) throws(MemblockError) in
      guard let range = descriptor.range else { return }
      total &+= range.size
      guard descriptor.isMoreReliable else { return }
      try memblock.markMirror(range)
      mirrored &+= range.size
    }
    guard mirrored > 0 else { return }
    log.write("efi: Memory: ")
    log.write(decimal: mirrored >> 20)
    log.write("M/")
    log.write(decimal: total >> 20)
    log.write("M mirrored memory\n")
  }
}

extension MemoryMap {
  /// Adds EFI's map to the loader's where that says too little: the command line asks for it,
  /// or some memory is set apart for a special purpose, which the loader's map has no type for.
  ///
  /// What is in both is what is less usable in either.
  ///
  /// Linux: `efi_memblock_x86_reserve_range`, but for the reservation of the map itself, which
  /// is part of the boot information here.
  public mutating func addEFIMap(
    of information: Multiboot2Information, _ bytes: RawSpan, _ options: BootOptions,
    log: inout some TextSink & ~Copyable
  ) {
    var isWanted = options.addsEFIMemoryMap
    information.forEachEFIDescriptor(in: bytes) { _, descriptor in
      if descriptor.type == .conventional, descriptor.isSpecialPurpose {
        isWanted = isWanted || !options.ignoresSoftReservations
      }
    }
    guard isWanted else { return }
    var entries = 0
    information.forEachEFIDescriptor(in: bytes) { _, descriptor in
      guard let range = descriptor.range else { return }
      let type = descriptor.mapType(ignoringSpecialPurpose: options.ignoresSoftReservations)
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
