import Addressing

/// The map in Linux's words.
extension MemoryMap {
  /// Writes a line for each entry, `BIOS-e820: [mem 0x…-0x…]  System RAM`, and for each gap before
  /// one, `BIOS-e820: [gap 0x…-0x…]`; by the rules of 6.x, `BIOS-e820: [mem 0x…-0x…] usable`.
  ///
  /// - Parameters:
  ///   - source: Who says so, before the colon.
  ///   - log: Takes the lines.
  ///
  /// Linux: `e820__print_table`.
  public func write(source: String, to log: inout some TextSink & ~Copyable) {
    var end = PhysicalAddress.zero
    for index in 0..<count {
      let entry = self[index]
      if rules == .linux7, entry.start > end {
        log.write(source)
        log.write(": ")
        log.write("[gap ")
        log.write(hex: end.value, digits: 16)
        log.write("-")
        log.write(hex: entry.start.value - 1, digits: 16)
        log.write("]\n")
      }
      log.write(source)
      log.write(": ")
      log.write(memory: entry.range)
      log.write(rules == .linux7 ? "  " : " ")
      entry.type.write(to: &log, rules)
      log.write("\n")
      end = entry.end
    }
  }
}
