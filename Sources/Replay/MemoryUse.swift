import Firmware
public import LogReading

/// What a range of a map is used for, as it is named, coloured and drawn.
public enum MemoryUse: String, CaseIterable, Sendable {
  /// RAM.
  case usable
  /// What firmware or hardware keeps.
  case reserved
  /// ACPI's tables, free once they are read.
  case acpiData
  /// What the firmware keeps over sleep.
  case acpiNVS
  /// RAM with errors.
  case unusable
  /// RAM that keeps its contents without power.
  case persistent
  /// RAM kept for a driver.
  case softReserved
  /// A type with no meaning that is known.
  case other

  /// The use by the type's number; EFI numbers its own.
  public init(_ type: UInt32, by source: MapSource) {
    guard source != .efi else {
      self = type < Self.ofEFI.count ? Self.ofEFI[Int(type)] : .other
      return
    }
    self =
      switch MemoryType(rawValue: type) {
      case .usable: .usable
      case .reserved: .reserved
      case .acpiData: .acpiData
      case .acpiNVS: .acpiNVS
      case .unusable: .unusable
      case .persistent, .persistentLegacy: .persistent
      case .softReserved: .softReserved
      default: .other
      }
  }

  /// UEFI 2.10, section 7.2: what becomes of each type once the firmware's boot services end.
  private static let ofEFI: [MemoryUse] = [
    .reserved, .usable, .usable, .usable, .usable, .reserved, .reserved, .usable, .unusable,
    .acpiData, .acpiNVS, .reserved, .reserved, .reserved, .persistent, .other,
  ]
}

extension LoggedRange {
  /// The type in Linux's words, or in those of UEFI's specification.
  public func typeName(by source: MapSource) -> String {
    if source == .efi {
      let names = [
        "Reserved", "Loader Code", "Loader Data", "Boot Code", "Boot Data", "Runtime Code",
        "Runtime Data", "Conventional", "Unusable", "ACPI Reclaim", "ACPI NVS", "MMIO",
        "MMIO Port", "PAL Code", "Persistent", "Unaccepted",
      ]
      return type < names.count ? names[Int(type)] : "type \(type)"
    }
    return Text.type(type)
  }

  /// The size in bytes; that of the whole address space is not a number of 64 bits.
  public var size: UInt64 { last &- start &+ 1 == 0 && last == .max ? .max : last &- start &+ 1 }
}

extension LoggedRegion {
  /// The size in bytes.
  public var size: UInt64 { last &- start &+ 1 }
}
