import Addressing

extension TextSink where Self: ~Copyable {
  /// Writes a number in decimal with its sign, like `printf`'s `%d`.
  mutating func write(signed number: Int32) {
    if number < 0 { write(UInt8(ascii: "-")) }
    write(decimal: UInt64(number.magnitude))
  }
}
