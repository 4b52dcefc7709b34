/// The keyboard controller of a PC (an 8042, or what behaves as one), polled.
///
/// Ports and bits: IBM Personal System/2 Hardware Interface Technical Reference, "Keyboard and
/// Auxiliary Device Controller".
public struct PS2Controller<Ports: PortAccess> {
  private let ports: Ports

  /// Makes a controller as the firmware has set it up; nothing is written to it.
  public init(ports: Ports) { self.ports = ports }

  /// The next byte from the keyboard; `nil` where there is none yet, and without a controller.
  ///
  /// A byte from a mouse is taken and forgotten: it would be in the way of the keyboard's.
  public func read() -> UInt8? {
    let status = ports.read(0x64)
    // Without a controller every bit is set. Bit 0: there is a byte; bit 5: from the mouse.
    guard status != 0xff, status & 0x01 != 0 else { return nil }
    let byte = ports.read(0x60)
    return status & 0x20 == 0 ? byte : nil
  }

  /// Has the keyboard raise line 1 when there is a byte, and leaves all else as the firmware set it up.
  ///
  /// Nothing is changed where no controller answers.
  public func enableInterrupts() {
    guard ports.read(0x64) != 0xff, command(0x20), let mode = answer() else { return }
    // The mode: bit 0 an interrupt for each byte of the keyboard, bit 4 its clock stopped.
    guard command(0x60), isReady() else { return }
    ports.write(mode & ~0x10 | 0x01, to: 0x60)
    _ = command(0xae)  // the keyboard's port is on
  }

  /// How often the status is read before a controller is given up on.
  private static var patience: Int { 100_000 }

  /// Whether the controller takes a byte. Bit 1: the last one is still waiting.
  private func isReady() -> Bool {
    for _ in 0..<Self.patience where ports.read(0x64) & 0x02 == 0 { return true }
    return false
  }

  private func command(_ byte: UInt8) -> Bool {
    guard isReady() else { return false }
    ports.write(byte, to: 0x64)
    return true
  }

  private func answer() -> UInt8? {
    for _ in 0..<Self.patience where ports.read(0x64) & 0x01 != 0 { return ports.read(0x60) }
    return nil
  }
}
