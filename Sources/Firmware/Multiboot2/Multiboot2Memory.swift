import Addressing

/// How much memory the BIOS counts, from interrupt 12h and the older calls (Multiboot2,
/// section 3.6.4): what there is to go by where there is no memory map.
public struct Multiboot2BasicMemory: Sendable {
  /// Bytes from address 0 up; at most 640 KiB.
  public let lowerSize: UInt64

  /// Bytes from 1 MiB up to the first hole.
  public let upperSize: UInt64

  /// From counts in KiB, as the tag has them.
  public init(lowerKiB: UInt32, upperKiB: UInt32) {
    lowerSize = UInt64(lowerKiB) << 10
    upperSize = UInt64(upperKiB) << 10
  }

  init(_ tag: Multiboot2Tag, in bytes: RawSpan) throws(Multiboot2Violation) {
    self.init(
      lowerKiB: try tag.field(at: 8, in: bytes), upperKiB: try tag.field(at: 12, in: bytes))
  }
}

/// A table inside the boot information: where its entries start, how far apart they stand and
/// how many there are. All of it lies inside the tag it came with.
public struct Multiboot2Table: Sendable {
  /// The distance in bytes from the start of the information to the first entry.
  public let offset: Int

  /// The distance in bytes from one entry to the next.
  public let entrySize: Int

  /// The number of entries.
  public let count: Int

  /// The bytes of the whole table.
  public var bytes: Range<Int> { offset..<offset + entrySize * count }

  /// The distance in bytes from the start of the information to the entry at `index`; traps
  /// outside the table.
  public func offset(ofEntry index: Int) -> Int {
    precondition(index >= 0 && index < count, "entry outside the table")
    return offset + index * entrySize
  }

  /// The memory map of section 3.6.8: base, length, type, each entry 24 bytes or more.
  init(memoryMap tag: Multiboot2Tag, in bytes: RawSpan) throws(Multiboot2Violation) {
    let entrySize: UInt32 = try tag.field(at: 8, in: bytes)
    guard entrySize >= 24, entrySize % 8 == 0 else { throw tag.violation(of: .entrySizeInvalid) }
    try self.init(tag, entriesFrom: 16, entrySize: Int(entrySize))
  }

  /// The EFI memory map of section 3.6.15: descriptors of the size that the firmware states,
  /// which may be more than the 40 bytes known here.
  init(efiMemoryMap tag: Multiboot2Tag, in bytes: RawSpan) throws(Multiboot2Violation) {
    let entrySize: UInt32 = try tag.field(at: 8, in: bytes)
    guard entrySize >= 40, entrySize % 8 == 0 else { throw tag.violation(of: .entrySizeInvalid) }
    try self.init(tag, entriesFrom: 16, entrySize: Int(entrySize))
  }

  /// The section headers of section 3.6.7, which states their number as well as their size.
  init(elfSections tag: Multiboot2Tag, in bytes: RawSpan) throws(Multiboot2Violation) {
    let stated: UInt32 = try tag.field(at: 8, in: bytes)
    let entrySize: UInt32 = try tag.field(at: 12, in: bytes)
    guard entrySize >= 40 else { throw tag.violation(of: .entrySizeInvalid) }
    let body = try tag.body(ofAtLeast: 12)
    guard UInt64(stated) * UInt64(entrySize) <= UInt64(body.count - 12) else {
      throw tag.violation(of: .entryCut)
    }
    offset = body.lowerBound + 12
    self.entrySize = Int(entrySize)
    count = Int(stated)
  }

  private init(
    _ tag: Multiboot2Tag, entriesFrom distance: Int, entrySize: Int
  ) throws(Multiboot2Violation) {
    guard tag.size >= distance else { throw tag.violation(of: .bodyTooSmall) }
    guard (tag.size - distance) % entrySize == 0 else { throw tag.violation(of: .entryCut) }
    offset = tag.offset + distance
    self.entrySize = entrySize
    count = (tag.size - distance) / entrySize
  }
}
