import Addressing

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
      log.write(": ")
      log.write(memory: self[index].range)
      log.write(" ")
      self[index].type.write(to: &log)
      log.write("\n")
    }
  }
}
