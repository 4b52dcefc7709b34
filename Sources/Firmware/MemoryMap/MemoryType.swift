import Addressing

/// What a range of physical memory is good for, by the numbers that the BIOS call E820 and
/// ACPI give them (ACPI 6.5, section 15).
///
/// Every number is kept. One that isn't known here is memory that nobody may use, and is
/// printed by its number. Where entries overlap the greater number wins, as in Linux: usable
/// is 1, so the least usable wins. Number 0 is no memory at all.
@frozen
public struct MemoryType: RawRepresentable, Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The number of the type.
  public var rawValue: UInt32

  /// Makes the type with that number.
  @inlinable
  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// Not memory: what Linux takes no notice of.
  @inlinable public static var nothing: MemoryType { MemoryType(rawValue: 0) }
  /// Memory for anyone.
  @inlinable public static var usable: MemoryType { MemoryType(rawValue: 1) }
  /// In use by the machine.
  @inlinable public static var reserved: MemoryType { MemoryType(rawValue: 2) }
  /// ACPI tables, usable once they have been read. Linux leaves them alone.
  @inlinable public static var acpiData: MemoryType { MemoryType(rawValue: 3) }
  /// Memory that the firmware wants kept over a sleep.
  @inlinable public static var acpiNVS: MemoryType { MemoryType(rawValue: 4) }
  /// Memory in which errors were found.
  @inlinable public static var unusable: MemoryType { MemoryType(rawValue: 5) }
  /// Memory that keeps its contents without power.
  @inlinable public static var persistent: MemoryType { MemoryType(rawValue: 7) }
  /// The same by the number that came before the standard's, and `memmap=…!…`.
  @inlinable public static var persistentLegacy: MemoryType { MemoryType(rawValue: 12) }
  /// Memory set apart for a driver by `EFI_MEMORY_SP`.
  @inlinable public static var softReserved: MemoryType { MemoryType(rawValue: 0xefff_ffff) }

  /// Whether neighbours of this type stay apart when they touch, and are cut wherever another
  /// entry starts or ends in them: such borders may be those of devices or nodes.
  ///
  /// Linux: `e820_nomerge`.
  @inlinable public var staysApart: Bool {
    self == .persistentLegacy || self == .softReserved
  }

  /// Whether `left` gives way to `right` where the two overlap.
  @inlinable
  public static func < (left: MemoryType, right: MemoryType) -> Bool {
    left.rawValue < right.rawValue
  }

  /// Writes the type in Linux's words.
  ///
  /// - Parameters:
  ///   - log: Takes the words.
  ///   - rules: Whose words; those that this library's own texts have are of 6.x.
  public func write(to log: inout some TextSink & ~Copyable, _ rules: MapRules = .linux6) {
    switch self {
    case .usable: log.write(rules == .linux7 ? "System RAM" : "usable")
    case .reserved: log.write(rules == .linux7 ? "device reserved" : "reserved")
    case .softReserved: log.write("soft reserved")
    case .acpiData: log.write("ACPI data")
    case .acpiNVS: log.write("ACPI NVS")
    case .unusable: log.write("unusable")
    case .persistent, .persistentLegacy:
      log.write(rules == .linux7 ? "persistent RAM (type " : "persistent (type ")
      log.write(decimal: UInt64(rawValue))
      log.write(")")
    default:
      log.write("type ")
      log.write(decimal: UInt64(rawValue))
    }
  }
}
