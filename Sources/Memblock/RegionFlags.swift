/// What is special about a region, with Linux's values (`enum memblock_flags`).
///
/// This has the operations of an `OptionSet` that are needed, but isn't one: that protocol brings
/// array literals along, which a module without a heap can't have.
@frozen
public struct RegionFlags: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// The flags as Linux's number.
  public var rawValue: UInt32

  /// Makes the set of flags from Linux's number.
  @inlinable
  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// Nothing special: `MEMBLOCK_NONE`.
  @inlinable public static var none: RegionFlags { RegionFlags(rawValue: 0) }

  /// Memory that can be unplugged: `MEMBLOCK_HOTPLUG`.
  @inlinable public static var hotplug: RegionFlags { RegionFlags(rawValue: 0x1) }

  /// Memory that the hardware keeps twice: `MEMBLOCK_MIRROR`.
  @inlinable public static var mirror: RegionFlags { RegionFlags(rawValue: 0x2) }

  /// Memory that must stay out of the direct map: `MEMBLOCK_NOMAP`.
  @inlinable public static var noMap: RegionFlags { RegionFlags(rawValue: 0x4) }

  /// Memory that a driver found and manages: `MEMBLOCK_DRIVER_MANAGED`.
  @inlinable public static var driverManaged: RegionFlags { RegionFlags(rawValue: 0x8) }

  /// A reservation whose page metadata its owner sets up: `MEMBLOCK_RSRV_NOINIT`.
  @inlinable public static var reservedNoInit: RegionFlags { RegionFlags(rawValue: 0x10) }

  /// A reservation that the kernel made for itself: `MEMBLOCK_RSRV_KERN` (Linux 6.16).
  @inlinable public static var reservedKernel: RegionFlags { RegionFlags(rawValue: 0x20) }

  /// Memory that a former kernel has left for this one's start: `MEMBLOCK_KHO_SCRATCH` (Linux 7.3).
  @inlinable public static var scratch: RegionFlags { RegionFlags(rawValue: 0x40) }

  /// A reservation for huge pages: `MEMBLOCK_RSRV_HUGETLB` (Linux 7.3).
  @inlinable public static var reservedHugePages: RegionFlags { RegionFlags(rawValue: 0x80) }
}

extension RegionFlags {
  /// Whether there are no flags.
  @inlinable public var isEmpty: Bool { rawValue == 0 }

  /// Whether all of `other` are among these.
  @inlinable
  public func contains(_ other: RegionFlags) -> Bool {
    rawValue & other.rawValue == other.rawValue
  }

  /// These and `other`.
  @inlinable
  public func union(_ other: RegionFlags) -> RegionFlags {
    RegionFlags(rawValue: rawValue | other.rawValue)
  }

  /// These without `other`.
  @inlinable
  public func subtracting(_ other: RegionFlags) -> RegionFlags {
    RegionFlags(rawValue: rawValue & ~other.rawValue)
  }
}
