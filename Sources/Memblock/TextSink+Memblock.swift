import Addressing

extension TextSink where Self: ~Copyable {
  /// Writes a number in decimal with its sign, like `printf`'s `%d`.
  mutating func write(signed number: Int32) {
    if number < 0 { write(UInt8(ascii: "-")) }
    write(decimal: UInt64(number.magnitude))
  }

  /// Writes the first and the last byte as Linux does: `[first-last]`.
  mutating func write(inclusive range: AddressRange) {
    write("[")
    write(range.start)
    write("-")
    write(PhysicalAddress(range.end.value &- 1))
    write("]")
  }

  /// Writes the name of a table. Each case writes a literal of its own: a string that is chosen
  /// first would be released afterwards, which takes the Swift runtime.
  mutating func write(_ type: RegionType) {
    switch type {
    case .memory: write("memory")
    case .reserved: write("reserved")
    #if !WithoutPhysmem
      case .physmem: write("physmem")
    #endif
    }
  }
}
