import Addressing

extension TextSink where Self: ~Copyable {
  /// Writes a range of bytes as Linux does, its first and its last address.
  ///
  /// - Parameter digits: The least number of hexadecimal digits of an address.
  mutating func write(_ range: AddressRange, digits: Int) {
    write(hex: range.start.value, digits: digits)
    write("-")
    write(hex: range.end.value &- 1, digits: digits)
  }
}

/// The map in Linux's words.
extension MemoryMap {
  /// Writes a line for each entry: `BIOS-e820: [mem 0x…-0x…] usable`.
  ///
  /// - Parameters:
  ///   - source: Who says so, before the colon.
  ///   - log: Takes the lines.
  ///
  /// Linux: `e820__print_table`.
  public func write(source: String, to log: inout some TextSink & ~Copyable) {
    for index in 0..<count {
      log.write(source)
      log.write(": [mem ")
      log.write(self[index].range, digits: 16)
      log.write("] ")
      self[index].type.write(to: &log)
      log.write("\n")
    }
  }
}
