import Addressing

/// The map as the firmware gives it, through the boot loader.
extension MemoryMap {
  /// Fills the map with what the boot loader reports, sanitises it and writes it to the log.
  ///
  /// Where the loader has fewer than two entries the map is what the BIOS counts: 636 KiB
  /// from 0, and what follows 1 MiB. O(n log n).
  ///
  /// - Parameters:
  ///   - information: The boot information.
  ///   - bytes: The bytes it was read from.
  ///   - log: Takes `BIOS-provided physical RAM map:` and the entries in Linux's words.
  ///
  /// Linux: `e820__memory_setup`.
  public mutating func fill(
    from information: Multiboot2Information, in bytes: RawSpan,
    log: inout some TextSink & ~Copyable
  ) {
    removeAll()
    var source = "BIOS-e820"
    if let table = information.memoryMap, table.count >= 2 {
      append(table, in: bytes, log: &log)
    } else {
      source = "BIOS-e801"
      append(basicMemory: information.basicMemory, log: &log)
    }
    sanitize(log: &log)
    log.write("BIOS-provided physical RAM map:\n")
    write(source: source, to: &log)
  }

  private mutating func append(
    _ table: Multiboot2Table, in bytes: RawSpan, log: inout some TextSink & ~Copyable
  ) {
    for index in 0..<table.count {
      let offset = table.offset(ofEntry: index)
      guard let start = bytes.littleEndian(UInt64.self, at: offset),
        let size = bytes.littleEndian(UInt64.self, at: offset + 8),
        let type = bytes.littleEndian(UInt32.self, at: offset + 16)
      else { return }
      append(start: start, size: size, type: MemoryType(rawValue: type), log: &log)
    }
  }

  private mutating func append(
    basicMemory: Multiboot2BasicMemory?, log: inout some TextSink & ~Copyable
  ) {
    guard let basicMemory else {
      log.write("memory map: the boot loader has neither a map nor the BIOS's counts\n")
      return
    }
    append(start: 0, size: 0x9f000, type: .usable, log: &log)
    append(start: 0x10_0000, size: basicMemory.upperSize, type: .usable, log: &log)
  }
}
