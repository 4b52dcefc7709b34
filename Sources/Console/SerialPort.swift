import Addressing

/// A 16550 serial port: 115,200 baud, 8 data bits, no parity, one stop bit; polled.
///
/// A port that takes no byte for long is tried once a byte from then on, until it takes one again: a
/// cable that was pulled out must not stop the kernel.
///
/// Register layout and bits: PC16550D data sheet, section 8.
public struct SerialPort<Ports: PortAccess>: TextSink {
  private let ports: Ports
  private let base: UInt16

  /// What was received before the port was set up, which empties its FIFO; at most the 16 bytes
  /// that a FIFO holds.
  private var early = InlineArray<16, UInt8>(repeating: 0)
  private var earlyCount = 0
  private var earlyRead = 0

  /// How often the line status is read before a byte is given up on.
  private static var patience: Int { 100_000 }

  /// Whether the last byte was given up on.
  public private(set) var isStuck = false

  /// Sets up the port whose registers start at `base`; `nil` where there is none.
  ///
  /// - Parameters:
  ///   - base: 0x3f8 for COM1.
  ///   - ports: Reaches the registers.
  public init?(at base: UInt16, ports: Ports) {
    self.base = base
    self.ports = ports
    ports.write(0x03, to: base + 3)  // so that the next is not the divisor
    ports.write(0x00, to: base + 1)  // no interrupts
    // The enable bits that were just cleared are all set where there is nobody to answer.
    guard ports.read(base + 1) & 0x0f == 0 else { return nil }
    ports.write(0x80, to: base + 3)  // the next two are the divisor of 115,200 baud
    ports.write(0x01, to: base)
    ports.write(0x00, to: base + 1)
    ports.write(0x03, to: base + 3)  // 8 data bits, no parity, one stop bit
    // Turning the FIFOs on empties them. Behind a byte that waits there may be others on their way.
    var polls = 1
    while polls > 0, earlyCount < early.count {
      polls -= 1
      if ports.read(base + 5) & 0x01 != 0 {
        early[earlyCount] = ports.read(base)
        earlyCount += 1
        polls = 1000
      }
    }
    ports.write(0xc7, to: base + 2)  // FIFOs on, emptied
    ports.write(0x0b, to: base + 4)  // ready, and interrupts routed for whoever wants them later
  }

  /// Sends a byte once the transmitter has room. A newline is sent as it is: Linux's logs and
  /// the programs that read them want `\n` alone.
  public mutating func write(_ byte: UInt8) {
    for _ in 0..<(isStuck ? 1 : Self.patience) where ports.read(base + 5) & 0x20 != 0 {
      ports.write(byte, to: base)
      isStuck = false
      return
    }
    isStuck = true
  }

  /// The next byte that was received, or `nil` where there is none yet.
  public mutating func read() -> UInt8? {
    if earlyRead < earlyCount {
      earlyRead += 1
      return early[earlyRead - 1]
    }
    return ports.read(base + 5) & 0x01 != 0 ? ports.read(base) : nil
  }

  /// Raises an interrupt when a byte was received, until all that were received are read.
  public mutating func enableReceiveInterrupts() {
    ports.write(0x01, to: base + 1)
  }
}
