import Addressing
import MemoryMap

/// What EFI uses a range of memory for (UEFI 2.10, section 7.2.1, EFI_MEMORY_TYPE).
public struct EFIMemoryType: RawRepresentable, Hashable, Sendable {
  /// The number of the type.
  public var rawValue: UInt32

  /// Makes the type with that number.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// EfiConventionalMemory: free for all, but for what its attributes say.
  public static var conventional: EFIMemoryType { EFIMemoryType(rawValue: 7) }

  /// The name, as Linux prints it.
  public var name: String {
    switch rawValue {
    case 0: "Reserved"
    case 1: "Loader Code"
    case 2: "Loader Data"
    case 3: "Boot Code"
    case 4: "Boot Data"
    case 5: "Runtime Code"
    case 6: "Runtime Data"
    case 7: "Conventional"
    case 8: "Unusable"
    case 9: "ACPI Reclaim"
    case 10: "ACPI Mem NVS"
    case 11: "MMIO"
    case 12: "MMIO Port"
    case 13: "PAL Code"
    case 14: "Persistent"
    case 15: "Unaccepted"
    default: "Unknown"
    }
  }
}

/// An entry of EFI's memory map (UEFI 2.10, section 7.2.3, EFI_MEMORY_DESCRIPTOR).
public struct EFIMemoryDescriptor: Sendable {
  /// What the memory is used for.
  public let type: EFIMemoryType
  /// The address of the first byte.
  public let start: PhysicalAddress
  /// The number of pages of 4 KiB.
  public let pageCount: UInt64
  /// What the memory can do, a bit each.
  public let attributes: UInt64

  /// Reads a descriptor; `nil` where it is shorter than 40 bytes.
  init?(_ bytes: RawSpan) {
    guard let type = bytes.littleEndian(UInt32.self, at: 0),
      let start = bytes.littleEndian(UInt64.self, at: 8),
      let pageCount = bytes.littleEndian(UInt64.self, at: 24),
      let attributes = bytes.littleEndian(UInt64.self, at: 32)
    else { return nil }
    self.type = EFIMemoryType(rawValue: type)
    self.start = PhysicalAddress(start)
    self.pageCount = pageCount
    self.attributes = attributes
  }

  /// The bytes of the entry; `nil` where it has none or passes the end of the address space.
  ///
  /// Linux: `efi_memmap_entry_valid`.
  public var range: AddressRange? {
    guard pageCount > 0, pageCount <= UInt64.max >> PageFrameNumber.shift else { return nil }
    let range = AddressRange(at: start, size: pageCount << PageFrameNumber.shift)
    return range.size == pageCount << PageFrameNumber.shift ? range : nil
  }

  /// EFI_MEMORY_WB: it can be cached.
  public var isCacheable: Bool { attributes & 0x8 != 0 }
  /// EFI_MEMORY_MORE_RELIABLE: the hardware keeps it twice.
  public var isMoreReliable: Bool { attributes & 0x1_0000 != 0 }
  /// EFI_MEMORY_SP: set apart for a special purpose.
  public var isSpecialPurpose: Bool { attributes & 0x4_0000 != 0 }
  /// EFI_MEMORY_RUNTIME: EFI uses it while the system runs.
  public var isForRuntime: Bool { attributes >> 63 != 0 }

  /// The type that the memory map has for it.
  ///
  /// - Parameter ignoringSpecialPurpose: Memory set apart for a special purpose is ordinary
  ///   memory: `efi=nosoftreserve`.
  ///
  /// Linux: `do_add_efi_memmap`.
  public func mapType(ignoringSpecialPurpose: Bool) -> MemoryType {
    switch type.rawValue {
    case 1...4, 7:
      if isSpecialPurpose, !ignoringSpecialPurpose { return .softReserved }
      return isCacheable ? .usable : .reserved
    case 8: return .unusable
    case 9: return .acpiData
    case 10: return .acpiNVS
    case 14: return .persistent
    default: return .reserved
    }
  }
}
