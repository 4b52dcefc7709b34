import Addressing
import Firmware
import X86

/// The machine's ACPI tables: which there are and where. Their pages are in the direct map.
@safe nonisolated(unsafe) var acpiTables = ACPITables()

/// Calls a function with the bytes of the first ACPI table of that name, where there is one.
func withACPITable(_ signature: String, _ body: (RawSpan) -> Void) {
  guard let range = acpiTables.bytes(of: signature)?.range, kernelWindow.range.contains(range)
  else {
    return
  }
  kernelWindow.withBytes(of: range, body)
}

/// The machine's fixed table; `nil` where it has none, or a broken one.
var acpiFixedTable: ACPIFixedTable? {
  var fixed: ACPIFixedTable?
  withACPITable("FACP") { fixed = try? ACPIFixedTable(reading: $0) }
  return fixed
}

/// A register that ACPI describes, of 8 to 32 bits.
extension ACPIRegister {
  /// Reads the register; `nil` where this kernel can't reach it.
  @inline(never)
  func read() -> UInt32? {
    switch space {
    case .ports:
      guard let port = UInt16(exactly: address) else { return nil }
      switch width {
      case ...8: return UInt32(inputByte(fromPort: port))
      case ...16: return UInt32(inputWord(fromPort: port))
      default: return inputDoubleWord(fromPort: port)
      }
    case .memory:
      return withMappedRegister { address in
        switch width {
        case ...8: UInt32(readRegister8(address))
        case ...16: UInt32(readRegister16(address))
        default: readRegister32(address)
        }
      }
    default: return nil
    }
  }

  /// Writes the register.
  ///
  /// - Returns: whether it could be reached.
  @inline(never)
  func write(_ value: UInt32) -> Bool {
    switch space {
    case .ports:
      guard let port = UInt16(exactly: address) else { return false }
      switch width {
      case ...8: outputByte(UInt8(truncatingIfNeeded: value), toPort: port)
      case ...16: outputWord(UInt16(truncatingIfNeeded: value), toPort: port)
      default: outputDoubleWord(value, toPort: port)
      }
      return true
    case .memory:
      return withMappedRegister { address in
        switch width {
        case ...8: writeRegister8(address, UInt8(truncatingIfNeeded: value))
        case ...16: writeRegister16(address, UInt16(truncatingIfNeeded: value))
        default: writeRegister32(address, value)
        }
        return true
      } ?? false
    case .configuration:
      // Bus 0 by the configuration ports (PCI Local Bus Specification 3.0, section 3.2.2.3.2).
      let device = UInt32(truncatingIfNeeded: address >> 32 & 0x1f)
      let function = UInt32(truncatingIfNeeded: address >> 16 & 7)
      let offset = UInt32(truncatingIfNeeded: address & 0xff)
      outputDoubleWord(1 << 31 | device << 11 | function << 8 | offset & ~3, toPort: 0xcf8)
      outputByte(UInt8(truncatingIfNeeded: value), toPort: 0xcfc + UInt16(offset & 3))
      return true
    case .other: return false
    }
  }

  private func withMappedRegister<Result>(_ body: (UInt64) -> Result) -> Result? {
    let memory = AddressRange(at: PhysicalAddress(address), size: 8)
    guard let device = try? DeviceMemory(memory) else { return nil }
    return body(device.address.value)
  }
}
