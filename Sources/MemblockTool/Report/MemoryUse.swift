import Firmware
import LogReading

/// What a range of a map is used for, as it is named, coloured and drawn.
enum MemoryUse: String, CaseIterable {
  case usable, reserved, acpiData, acpiNVS, unusable, persistent, softReserved, other

  /// The use by the type's number; EFI numbers its own.
  init(_ type: UInt32, by source: MapSource) {
    guard source != .efi else {
      self = Self.ofEFI[Int(exactly: type) ?? .max, default: .other]
      return
    }
    self =
      switch MemoryType(rawValue: type) {
      case .usable, .usedByKernel: .usable
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
  private static let ofEFI: [Int: MemoryUse] = [
    0: .reserved, 1: .usable, 2: .usable, 3: .usable, 4: .usable, 5: .reserved, 6: .reserved,
    7: .usable, 8: .unusable, 9: .acpiData, 10: .acpiNVS, 11: .reserved, 12: .reserved,
    13: .reserved, 14: .persistent, 15: .other,
  ]

  var color: Style.Color {
    switch self {
    case .usable: .green
    case .reserved: .yellow
    case .acpiData, .acpiNVS: .cyan
    case .unusable, .other: .red
    case .persistent, .softReserved: .magenta
    }
  }
}

extension LoggedRange {
  /// The type in Linux's words, or in those of UEFI's specification.
  func typeName(by source: MapSource) -> String {
    if source == .efi {
      let names = [
        "Reserved", "Loader Code", "Loader Data", "Boot Code", "Boot Data", "Runtime Code",
        "Runtime Data", "Conventional", "Unusable", "ACPI Reclaim", "ACPI NVS", "MMIO",
        "MMIO Port", "PAL Code", "Persistent", "Unaccepted",
      ]
      return type < names.count ? names[Int(type)] : "type \(type)"
    }
    var text = TextOutput()
    MemoryType(rawValue: type).write(to: &text)
    return text.text
  }

  /// The size in bytes; that of the whole address space is not a number of 64 bits.
  var size: UInt64 { last &- start &+ 1 == 0 && last == .max ? .max : last &- start &+ 1 }
}

extension LoggedRegion {
  var size: UInt64 { last &- start &+ 1 }
}
