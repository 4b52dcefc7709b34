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
}
