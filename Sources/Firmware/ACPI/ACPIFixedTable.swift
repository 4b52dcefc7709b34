import Addressing

/// The fixed ACPI description table, `FACP`: what ends the machine, and its timer (ACPI 6.5, section
/// 5.2.9).
///
/// The table has grown over the years; what an older one does not have is `nil` here. Where a
/// register is named twice, by 32 bits and by a generic address, the second wins, as on Linux.
public struct ACPIFixedTable: Sendable {
  /// The sleep control registers, of which the second is on few machines.
  public let controlA, controlB: ACPIRegister?

  /// The sleep control register of a machine without ACPI's usual hardware.
  public let sleepControl: ACPIRegister?

  /// Whether ACPI's usual hardware is not there (flag `HW_REDUCED_ACPI`).
  public let isHardwareReduced: Bool

  /// What resets the machine, and the value to write there; `nil` where there is none.
  public let reset: (register: ACPIRegister, value: UInt8)?

  /// The port, and the value to write there, that switches from the firmware's power management to
  /// ACPI's; `nil` where ACPI's is always on.
  public let enable: (port: UInt16, value: UInt8)?

  /// The power-management timer, which counts 3,579,545 times a second.
  public let timer: ACPIRegister?

  /// The timer's bits: 24, or 32.
  public let timerBits: Int

  /// The register of the real-time clock that has the century.
  public let centuryRegister: UInt8?

  /// Reads the table, whose header has been checked.
  ///
  /// - Throws: `ACPIProblem.length` where it ends before the fields that every version has.
  public init(reading bytes: RawSpan) throws(ACPIProblem) {
    guard let flags = bytes.littleEndian(UInt32.self, at: 112) else { throw .length }
    func register(_ old: Int, widthAt width: Int, _ new: Int) -> ACPIRegister? {
      if let register = ACPIRegister(at: new, of: bytes) { return register }
      guard let port = bytes.littleEndian(UInt32.self, at: old), port != 0 else { return nil }
      return ACPIRegister(space: .ports, address: UInt64(port), width: bytes[byteAt: width] &* 8)
    }
    controlA = register(64, widthAt: 89, 172)
    controlB = register(68, widthAt: 89, 184)
    timer = register(76, widthAt: 91, 208)
    timerBits = flags & 1 << 8 != 0 ? 32 : 24
    sleepControl = ACPIRegister(at: 244, of: bytes)
    isHardwareReduced = flags & 1 << 20 != 0
    if flags & 1 << 10 != 0, bytes.byteCount > 128,
      let register = ACPIRegister(at: 116, of: bytes)
    {
      reset = (register, bytes[byteAt: 128])
    } else {
      reset = nil
    }
    let command = bytes.littleEndian(UInt32.self, at: 48) ?? 0
    let value = bytes[byteAt: 52]
    enable = command == 0 || value == 0 ? nil : (UInt16(truncatingIfNeeded: command), value)
    let century = bytes[byteAt: 108]
    centuryRegister = century == 0 ? nil : century
  }
}
