import Addressing
import MemoryMap

/// A range of physical memory in a boot loader's map.
public struct LoaderMemoryRange: Sendable {
  /// The physical address of the first byte.
  public var start: UInt64
  /// The number of bytes; start and size together may pass 2^64.
  public var size: UInt64
  /// What the range is good for.
  public var type: MemoryType
  /// Whether it is RAM that the loader still uses, or put something into: the kernel, modules, its
  /// own structures. It must not be given out before who knows better has freed it.
  public var isInUse: Bool

  /// Makes a range.
  public init(start: UInt64, size: UInt64, type: MemoryType, isInUse: Bool = false) {
    self.start = start
    self.size = size
    self.type = type
    self.isInUse = isInUse
  }
}

extension LoaderMemoryRange {
  /// Reads an entry as the BIOS call E820 returns it, which several loaders hand on: start, size
  /// and type, 20 bytes (ACPI 6.5, section 15.3); `nil` where it passes the end of the bytes.
  public init?(e820 records: PhysicalBytes, at offset: Int) {
    guard let start = records.littleEndian(UInt64.self, at: offset),
      let size = records.littleEndian(UInt64.self, at: offset + 8),
      let type = records.littleEndian(UInt32.self, at: offset + 16)
    else { return nil }
    self.init(start: start, size: size, type: MemoryType(rawValue: type))
  }
}

/// How much memory the BIOS counts, from interrupt 12h and the older calls: what there is to go by
/// where there is no memory map.
public struct BasicMemory: Sendable {
  /// Bytes from address 0 up; at most 640 KiB.
  public let lowerSize: UInt64

  /// Bytes from 1 MiB up to the first hole.
  public let upperSize: UInt64

  /// From counts in KiB, as the BIOS has them.
  public init(lowerKiB: UInt32, upperKiB: UInt32) {
    lowerSize = UInt64(lowerKiB) << 10
    upperSize = UInt64(upperKiB) << 10
  }
}
