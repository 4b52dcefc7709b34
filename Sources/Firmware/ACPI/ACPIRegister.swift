import Addressing

/// Where a register is: ACPI's generic address structure (ACPI 6.5, section 5.2.3.2).
public struct ACPIRegister: Equatable, Sendable {
  /// The kind of address.
  public enum Space: Equatable, Sendable {
    /// A physical address.
    case memory
    /// A port.
    case ports
    /// An offset in the configuration space of a device on PCI bus 0: device in bits 32 to 47,
    /// function in bits 16 to 31, offset in bits 0 to 15.
    case configuration
    /// A kind that is not used here.
    case other(UInt8)
  }

  /// The kind of address.
  public let space: Space

  /// The address; 0 where the register does not exist.
  public let address: UInt64

  /// The register's width in bits.
  public let width: UInt8

  /// Makes a register's description.
  public init(space: Space, address: UInt64, width: UInt8) {
    self.space = space
    self.address = address
    self.width = width
  }

  /// Reads the structure at `offset`; `nil` where the bytes end before it does, or the register
  /// does not exist.
  init?(at offset: Int, of bytes: RawSpan) {
    guard let address = bytes.littleEndian(UInt64.self, at: offset + 4), address != 0 else {
      return nil
    }
    space =
      switch bytes[byteAt: offset] {
      case 0: .memory
      case 1: .ports
      case 2: .configuration
      case let number: .other(number)
      }
    width = bytes[byteAt: offset + 1]
    self.address = address
  }
}
