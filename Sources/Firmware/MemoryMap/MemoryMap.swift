import Addressing

/// What the firmware says about physical memory: up to 1,024 ranges and their types.
///
/// Entries are appended in any order and may overlap; ``sanitize(log:)`` makes of them a
/// sorted list without overlaps. The map is a fixed table: a global `MemoryMap()` lies in the
/// kernel's image and is valid before any code runs.
///
/// **When the table is full** memory may be lost, but what is reserved never becomes usable.
/// A usable entry that finds no room is left out. Any other takes the place of the smallest
/// usable entry; where there is none it is joined with the last entry, as reserved, over
/// whatever lies between. Each case is one line on the log.
///
/// Linux: `struct e820_table` and `arch/x86/kernel/e820.c`.
@frozen
public struct MemoryMap: ~Copyable {
  /// A range of physical memory and its type.
  @frozen
  public struct Entry: Hashable, Sendable, BitwiseCopyable {
    /// The address of the first byte.
    public var start: PhysicalAddress
    /// The address just past the last byte.
    public var end: PhysicalAddress
    /// What the range is good for.
    public var type: MemoryType

    /// Makes an entry for `range`.
    @inlinable
    public init(_ range: AddressRange, _ type: MemoryType) {
      start = range.start
      end = range.end
      self.type = type
    }

    @inlinable
    init() {
      start = PhysicalAddress(0)
      end = PhysicalAddress(0)
      type = MemoryType(rawValue: 0)
    }

    /// The bytes of the entry.
    @inlinable public var range: AddressRange { AddressRange(from: start, to: end) }
    /// The length in bytes.
    @inlinable public var size: UInt64 { end.value &- start.value }
    /// Whether the entry says nothing: it has no bytes, or they are no memory.
    @inlinable public var isEmpty: Bool { start >= end || type == .nothing }
  }

  /// How many entries there is room for.
  @inlinable public static var capacity: Int { 1024 }

  @usableFromInline var entries: EntryTable
  @usableFromInline var entryCount: Int
  /// Entries since the last time the table was sanitised: how much doing it again can help.
  @usableFromInline var unsanitizedCount: Int
  @usableFromInline var scratch: SanitizingScratch

  /// Which version of Linux this is like: the newest, unless set.
  public var rules: MapRules

  /// Makes an empty map.
  @inlinable
  public init() {
    entries = EntryTable()
    entryCount = 0
    unsanitizedCount = 0
    scratch = SanitizingScratch()
    rules = .linux7
  }

  /// The number of entries.
  @inlinable public internal(set) var count: Int {
    get { entryCount }
    set { entryCount = newValue }
  }

  /// The entry at `index`, counted from 0; traps at `count` and above.
  @inlinable
  public subscript(index: Int) -> Entry {
    precondition(index >= 0 && index < count, "no such entry in the memory map")
    return entries[index]
  }

  /// Forgets every entry: Linux's `memmap=exactmap`.
  public mutating func removeAll() {
    count = 0
    unsanitizedCount = 0
  }

  /// Appends an entry, whatever the others are. O(1); O(n log n) where the table is full.
  ///
  /// A full table is sanitised on the way. Borders that lie hidden under a greater type are
  /// forgotten then, so persistent (legacy) and soft-reserved memory that comes later, and would
  /// be cut at each of them, is cut less often. Every address has the type that it has otherwise.
  ///
  /// Linux: `e820__range_add`.
  public mutating func append(_ entry: Entry, log: inout some TextSink & ~Copyable) {
    // Sanitising can free entries, but not every time one more is appended: that would be
    // quadratic in what the firmware sends.
    if count == Self.capacity, unsanitizedCount >= Self.capacity / 4 {
      sanitize(log: &log)
    }
    appendMakingRoom(entry, log: &log)
  }

  /// Appends the range of `size` bytes at `start`, whose numbers come from outside.
  ///
  /// A range that passes 2^64 can't be meant: it is left out if it is usable, and cut at
  /// 2^64 − 1 if it is not, with a line on the log.
  public mutating func append(
    start: PhysicalAddress, size: UInt64, type: MemoryType, log: inout some TextSink & ~Copyable
  ) {
    let range = AddressRange(at: start, size: size)
    if range.size < size {
      log.write("memory map: ")
      log.write(hex: size)
      log.write(" bytes at ")
      log.write(hex: start.value)
      log.write(" pass the end of the address space: ")
      log.write(type == .usable ? "left out\n" : "cut there\n")
      if type == .usable { return }
    }
    append(Entry(range, type), log: &log)
  }

  /// Appends `entry`; the others keep their places, but for the one it may push out.
  mutating func appendMakingRoom(_ entry: Entry, log: inout some TextSink & ~Copyable) {
    if count < Self.capacity {
      entries[count] = entry
      count += 1
      unsanitizedCount += 1
      return
    }
    guard entry.type != .usable else {
      return report(entry, "is left out", log: &log)
    }
    if let index = smallestUsable {
      report(entries[index], "gives way to what is reserved", log: &log)
      entries[index] = entry
    } else {
      report(entry, "is joined with the last entry, as reserved", log: &log)
      let last = entries[Self.capacity - 1]
      let from = Swift.min(last.start, entry.start)
      let to = Swift.max(last.end, entry.end)
      entries[Self.capacity - 1] = Entry(AddressRange(from: from, to: to), .reserved)
    }
    unsanitizedCount += 1
  }

  private var smallestUsable: Int? {
    var found: Int?
    for index in 0..<count where entries[index].type == .usable {
      if let best = found, entries[best].size <= entries[index].size { continue }
      found = index
    }
    return found
  }

  private func report(
    _ entry: Entry, _ what: String, log: inout some TextSink & ~Copyable
  ) {
    log.write("memory map: too many entries; ")
    log.write(memory: entry.range, digits: 8)
    log.write(" ")
    entry.type.write(to: &log)
    log.write(" ")
    log.write(what)
    log.write("\n")
  }
}
