import Addressing
import MemoryMap

/// The map as the firmware gives it, through the boot loader.
extension MemoryMap {
  /// Fills the map with what the boot loader reports, sanitises it and writes it to the log.
  ///
  /// Where the loader has no entries, or by the rules of Linux 6.x one alone, the map is what the
  /// BIOS counts: 636 KiB from 0, and what follows 1 MiB. O(n log n).
  ///
  /// - Parameters:
  ///   - information: What the boot loader says.
  ///   - log: Takes `BIOS-provided physical RAM map:` and the entries in Linux's words.
  ///
  /// Linux: `e820__memory_setup`.
  public mutating func fill(
    from information: LoaderInformation, log: inout some TextSink & ~Copyable
  ) {
    removeAll()
    var source = "BIOS-e820"
    if let ranges = information.memoryMap, ranges.count >= rules.leastEntryCount {
      ranges.forEach {
        append(start: PhysicalAddress($0.start), size: $0.size, type: $0.type, log: &log)
      }
    } else {
      source = "BIOS-e801"
      append(information.basicMemory, log: &log)
    }
    sanitize(log: &log)
    log.write("BIOS-provided physical RAM map:\n")
    write(source: source, to: &log)
  }

  private mutating func append(
    _ basicMemory: BasicMemory?, log: inout some TextSink & ~Copyable
  ) {
    guard let basicMemory else {
      log.write("memory map: the boot loader has neither a map nor the BIOS's counts\n")
      return
    }
    append(start: .zero, size: 0x9f000, type: .usable, log: &log)
    append(start: PhysicalAddress(0x10_0000), size: basicMemory.upperSize, type: .usable, log: &log)
  }
}
