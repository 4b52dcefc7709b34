import Addressing

/// The table `HPET`: where a machine's high precision event timer is (IA-PC HPET Specification 1.0a,
/// section 3.2.4).
public struct ACPIEventTimer: Equatable, Sendable {
  /// The physical address of its registers, which take 1 KiB.
  public let registers: PhysicalAddress

  /// Reads the table, whose header has been checked.
  ///
  /// - Throws: `ACPIProblem.length` where it ends too soon, `.unreachable` where the registers are
  ///   not in memory.
  public init(reading bytes: RawSpan) throws(ACPIProblem) {
    guard bytes.byteCount >= 56 else { throw .length }
    guard let register = ACPIRegister(at: 40, of: bytes), register.space == .memory else {
      throw .unreachable
    }
    registers = PhysicalAddress(register.address)
  }
}
