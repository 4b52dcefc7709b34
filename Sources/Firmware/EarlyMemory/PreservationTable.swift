import Addressing
import Memblock
import MemoryMap

/// What one kernel tells the next: what memory it had, what of it was taken, and what must be kept.
///
/// ```
///   0 magic "nextkern"     8 version, 1          16 length of the table in bytes
///  24 check sum           32 generation          40 entries, of 48 bytes each
///
///  entry:  0 address of the first byte   8 size in bytes      16 kind, 4 bytes     20 flags, 4 bytes
///         24 node, 8 bytes, signed      32 name, 16 bytes: up to 15 and zeros
/// ```
///
/// All numbers are little-endian. The check sum is that of all other words (`PlacedSum`). The generation is
/// the number of kernels that have handed on so far. Entries stand in this order:
///
/// | kind | an entry is | order |
/// |---|---|---|
/// | 1 memory | a region of memblock's `memory` | by address, without overlaps |
/// | 2 reserved | a region of memblock's `reserved` | by address, without overlaps |
/// | 3 named | memory of `reserve_mem=`: kept, under its name | 3 to 5 together by address, |
/// | 4 pages | whole pages that are kept, under a name | without overlaps |
/// | 5 scratch | whole pages that hold nothing, for the next kernel's first allocations | |
///
/// So that what is kept can't overlap itself nor the scratch memory, and one pass finds out. Linux
/// describes the same in a flattened device tree and bitmaps (`kexec_handover.c`, KHO); this kernel has
/// no other use for either.
public struct PreservationTable: Sendable {
  /// What an entry stands for.
  public enum Kind: UInt32, Sendable {
    /// A region of memblock's `memory`.
    case memory = 1
    /// A region of memblock's `reserved`.
    case reserved = 2
    /// Memory of `reserve_mem=`.
    case named = 3
    /// Pages that are kept.
    case pages = 4
    /// Pages for the next kernel's first allocations.
    case scratch = 5

    /// Whether entries of this kind stand among those of kinds 3 to 5.
    var isOutsideMemblock: Bool { rawValue >= Kind.named.rawValue }
  }

  /// An entry.
  public struct Entry: Sendable {
    /// What it stands for.
    public var kind: Kind
    /// The physical memory.
    public var range: AddressRange
    /// A region's flags; none for what is no region.
    public var flags = RegionFlags.none
    /// A region's node.
    public var node = NodeID.none
    /// The name of what is kept.
    public var name = PreservedName()

    /// An entry for a range.
    public init(_ kind: Kind, _ range: AddressRange, name: PreservedName = PreservedName()) {
      self.kind = kind
      self.range = range
      self.name = name
    }

    /// An entry for a region of one of memblock's tables.
    public init(_ kind: Kind, _ region: Region) {
      self.init(kind, region.range)
      flags = region.flags
      node = region.node
    }
  }

  static var magic: UInt64 { 0x6e72_656b_7478_656e }
  static var version: UInt64 { 1 }
  static var headerSize: Int { 40 }
  static var entrySize: Int { 48 }
  private static var sumWord: Int { 3 }

  /// The bytes of a table with so many entries.
  public static func size(ofEntries count: Int) -> UInt64 {
    UInt64(headerSize + count * entrySize)
  }

  private var bytes: PhysicalBytes

  /// How many kernels have handed on so far, the one that made this table included.
  public var generation: UInt64 { word(4) }

  /// The number of entries.
  public var count: Int { (bytes.count - Self.headerSize) / Self.entrySize }

  /// The memory that the table takes.
  public var memory: AddressRange { bytes.range }

  private func word(_ index: Int) -> UInt64 { bytes.littleEndian(at: 8 * index) ?? 0 }

  /// The entry at an index; traps outside the table. The bytes were checked when the table was read;
  /// should they have changed since, what is read is wrong, and harmless.
  public subscript(index: Int) -> Entry {
    precondition(index >= 0 && index < count, "no such entry")
    let first = (Self.headerSize + index * Self.entrySize) / 8
    var entry = Entry(
      Kind(rawValue: UInt32(truncatingIfNeeded: word(first + 2))) ?? .reserved,
      AddressRange(at: PhysicalAddress(word(first)), size: word(first + 1)),
      name: PreservedName((word(first + 4), word(first + 5))))
    entry.flags = RegionFlags(rawValue: UInt32(truncatingIfNeeded: word(first + 2) >> 32))
    entry.node = NodeID(Int32(truncatingIfNeeded: word(first + 3)))
    return entry
  }

  /// Reads a table, and believes no field of it that has not been checked. O(n).
  ///
  /// - Parameter bytes: The memory that holds it; there may be more behind it.
  /// - Throws: the first rule that it breaks.
  public init(checking bytes: PhysicalBytes) throws(PreservationViolation) {
    self.bytes = bytes
    guard bytes.count >= Self.headerSize, word(0) == Self.magic else { throw .table(.magic) }
    guard word(1) == Self.version else { throw .table(.version) }
    let length = word(2)
    guard length >= Self.headerSize, length <= bytes.count,
      (length - UInt64(Self.headerSize)) % UInt64(Self.entrySize) == 0
    else { throw .table(.length) }
    self.bytes = bytes.part(0..<Int(length))
    guard sum == word(Self.sumWord) else { throw .table(.checkSum) }
    guard generation > 0 else { throw .table(.generation) }
    try checkEntries()
  }

  private var sum: UInt64 {
    var sum: UInt64 = 0
    for index in 0..<bytes.count / 8 where index != Self.sumWord {
      sum &+= PlacedSum.term(word(index), at: UInt64(index))
    }
    return sum
  }

  private func checkEntries() throws(PreservationViolation) {
    var lastKind = Kind.memory
    var end = PhysicalAddress.zero
    var names = 0
    var hasScratch = false
    for index in 0..<count {
      func require(
        _ condition: Bool, _ rule: PreservationRule
      ) throws(PreservationViolation) {
        guard condition else { throw .entry(index, self[index].range, rule) }
      }
      let first = (Self.headerSize + index * Self.entrySize) / 8
      let entry = self[index]
      let (kind, range) = (entry.kind, entry.range)
      try require(kind.rawValue == UInt32(truncatingIfNeeded: word(first + 2)), .kind)
      try require(!range.isEmpty && range.size == word(first + 1), .range)
      let isNext = kind == lastKind || kind.isOutsideMemblock && lastKind.isOutsideMemblock
      try require(isNext ? range.start >= end : kind.rawValue > lastKind.rawValue, .order)
      let isRegion = !kind.isOutsideMemblock
      try require(entry.flags.rawValue <= (isRegion ? 0xff : 0), .flags)
      let node = Int64(bitPattern: word(first + 3))
      try require(node >= -1 && node <= (isRegion ? NodeID.maximumCount : -1), .node)
      let isNamed = kind == .named || kind == .pages
      try require(isNamed ? entry.name.isValid : entry.name == PreservedName(), .name)
      if kind == .named {
        for other in 0..<index where self[other].kind == .named {
          try require(self[other].name != entry.name, .name)
        }
        names += 1
        try require(names <= Memblock.namedReservationLimit, .names)
      } else if !isRegion {
        let page = PageFrameNumber.size
        try require((range.start.value | range.end.value) % page == 0, .pages)
        hasScratch = hasScratch || kind == .scratch
      }
      (lastKind, end) = (kind, range.end)
    }
    guard hasScratch else { throw .table(.scratch) }
  }
}

extension PreservationTable {
  /// Writes a table into physical memory, entry by entry, in the order of the format.
  public struct Writer {
    private let memory: AddressRange
    private let window: PhysicalMemoryWindow
    private var length = UInt64(headerSize)

    /// A table without entries, at an address that is a multiple of 8.
    public init(in memory: AddressRange, through window: PhysicalMemoryWindow) {
      self.memory = memory
      self.window = window
    }

    /// Adds an entry, for which there must be room.
    public mutating func append(_ entry: Entry) {
      precondition(
        memory.size - length >= entrySize, "a table with more entries than it has room for")
      let words: InlineArray<6, UInt64> = [
        entry.range.start.value, entry.range.size,
        UInt64(entry.kind.rawValue) | UInt64(entry.flags.rawValue) << 32,
        UInt64(bitPattern: Int64(entry.node.value)), entry.name.words.0, entry.name.words.1,
      ]
      window.store(words, at: memory.start + length)
      length += UInt64(entrySize)
    }

    /// Ends the table with its header.
    ///
    /// - Parameter generation: How many kernels have handed on, this one included.
    /// - Returns: The table, as the next kernel will read it.
    /// - Throws: the rule that its entries break.
    public func finish(generation: UInt64) throws(PreservationViolation) -> PreservationTable {
      var header: InlineArray<5, UInt64> = [magic, version, length, 0, generation]
      window.store(header, at: memory.start)
      let bytes = PhysicalBytes(at: memory.start, count: length, in: window)
      guard let bytes else { throw .table(.length) }
      header[sumWord] = PreservationTable(bytes).sum
      window.store(header, at: memory.start)
      return try PreservationTable(checking: bytes)
    }
  }

  private init(_ bytes: PhysicalBytes) { self.bytes = bytes }
}
