import X86

/// The two 8259A interrupt controllers of a PC.
///
/// The firmware leaves them on vectors 8 to 15, which are the processor's exceptions: a line that
/// is raised would be taken for a double fault. They are moved to vectors of their own, and
/// switched off.
enum LegacyInterruptController {
  /// The vector of line 0; that of line 8 follows eight further on.
  static let firstVector: UInt64 = 0x20

  private static let commandPorts: InlineArray<2, UInt16> = [0x20, 0xa0]

  /// Moves both controllers to their vectors, with every line masked.
  ///
  /// (Intel 8259A data sheet: initialisation command words 1 to 4, then operation command word 1.)
  static func moveAndMask() {
    for index in commandPorts.indices {
      let command = commandPorts[index]
      let data = command + 1
      write(0x11, to: command)  // ICW1: start, cascaded, ICW4 follows
      write(UInt8(firstVector) + UInt8(8 * index), to: data)  // ICW2: the vector of its line 0
      write(index == 0 ? 1 << 2 : 2, to: data)  // ICW3: the second one is on line 2
      write(0x01, to: data)  // ICW4: 8086 mode
      write(0xff, to: data)  // OCW1: every line masked
    }
  }

  /// Lets a line through, or no longer. Lines from 8 on come through line 2 of the first controller.
  static func setMask(ofLine line: UInt8, _ isMasked: Bool) {
    let port: UInt16 = line < 8 ? 0x21 : 0xa1
    let bit = UInt8(1) << (line & 7)
    let mask = inputByte(fromPort: port)
    write(isMasked ? mask | bit : mask & ~bit, to: port)
    if line >= 8, !isMasked { setMask(ofLine: 2, false) }
  }

  /// Tells that the interrupt of a line has been dealt with (operation command word 2).
  static func end(line: UInt8) {
    if line >= 8 { outputByte(0x20, toPort: 0xa0) }
    outputByte(0x20, toPort: 0x20)
  }

  /// Whether a line's interrupt is in service; one of line 7 or 15 that isn't was taken back by its
  /// device (8259A data sheet, "Interrupt sequence").
  static func isInService(line: UInt8) -> Bool {
    let port: UInt16 = line < 8 ? 0x20 : 0xa0
    outputByte(0x0b, toPort: port)  // OCW3: the next read is of the in-service register
    return inputByte(fromPort: port) & 1 << (line & 7) != 0
  }

  /// The legacy line that has a vector; `nil` where none has.
  static func line(of vector: UInt64) -> UInt64? {
    firstVector..<firstVector + 16 ~= vector ? vector - firstVector : nil
  }

  /// Writes a byte, and waits for as long as an old controller needs.
  private static func write(_ byte: UInt8, to port: UInt16) {
    outputByte(byte, toPort: port)
    BootStep.delay()
  }
}
