import Addressing

/// An address space: four or five levels of page tables, in frames that a window shows.
///
/// Nothing here touches the processor. The kernel loads `root` into CR3 when the tables are
/// complete; a test walks them.
public struct PageTables: ~Copyable {
  /// The physical address of the top table, for CR3.
  public let root: PhysicalAddress

  /// How many frames the tables take, the top one included.
  public internal(set) var tableCount: UInt64 = 1

  /// How many pages are mapped, by size: 4 KiB, 2 MiB, 1 GiB.
  public internal(set) var pageCounts: InlineArray<3, UInt64> = [0, 0, 0]

  /// Where the tables' frames can be seen. It may be exchanged for one that shows more: frames that
  /// are given later may lie where the first one ends.
  public var window: PhysicalMemoryWindow

  private let largestPage: PageSize

  /// How many levels of tables there are: 5 where the processor runs with CR4.LA57, otherwise 4
  /// (Intel SDM, volume 3, section 5.1.1).
  public let levels: Int

  /// How many tables are below the top one.
  var topLevel: Int { levels - 1 }

  /// Makes an address space with nothing in it.
  ///
  /// - Parameters:
  ///   - window: Must show every frame that `frames` gives.
  ///   - largestPage: The largest page that the processor can map.
  ///   - levels: 4 or 5.
  ///   - frames: Gives the frames that the tables take.
  /// - Throws: `.outOfTableFrames`.
  public init(
    through window: PhysicalMemoryWindow, largestPage: PageSize, levels: Int = 4,
    frames: inout some TableFrameSource & ~Copyable
  ) throws(PagingError) {
    self.window = window
    precondition(levels == 4 || levels == 5, "page tables have four levels or five")
    self.largestPage = largestPage
    self.levels = levels
    root = try Self.newTable(in: window, from: &frames)
  }

  /// Maps the virtual range that starts at `virtual` to the physical `range`, in the largest
  /// pages that both addresses' alignment allows.
  ///
  /// Nothing that is mapped already is changed. O(n) in pages.
  ///
  /// - Throws: `.unaligned`, `.notCanonical`, `.alreadyMapped` and `.outOfTableFrames`; what was mapped
  ///   before the last two stays mapped.
  public mutating func map(
    _ virtual: VirtualAddress, to range: AddressRange, permissions: PagePermissions,
    frames: inout some TableFrameSource & ~Copyable
  ) throws(PagingError) {
    let page = PageSize.fourKiB.bytes
    guard virtual.isAligned(to: page), range.start.isAligned(to: page),
      range.end.isAligned(to: page)
    else { throw .unaligned }
    try checkCanonical(virtual, size: range.size)

    var virtual = virtual
    var physical = range.start
    while physical < range.end {
      let size = largestSize(at: virtual, physical, left: range.end - physical)
      let entryAddress = try makeTables(
        for: virtual, level: size.level, user: permissions.user, frames: &frames)
      // All the entries of this size that stand in the same table, without a new walk. No
      // larger page can fit before the table ends.
      let tableEnd = entryAddress.value.alignedDown(to: page) + page
      let count = Swift.min(
        (tableEnd - entryAddress.value) / 8, (range.end - physical) / size.bytes)
      try fill(
        count, from: entryAddress,
        with: PageTableEntry(page: physical, size: size, permissions: permissions), size, virtual)
      // The last page of the address space ends where no address is.
      virtual = VirtualAddress(virtual.value &+ count * size.bytes)
      physical = physical + count * size.bytes
    }
  }

  /// Writes `count` entries for pages of one size that follow each other in memory; `virtual` is
  /// what the first one maps.
  private mutating func fill(
    _ count: UInt64, from entryAddress: PhysicalAddress, with first: PageTableEntry,
    _ size: PageSize,
    _ virtual: VirtualAddress
  ) throws(PagingError) {
    var entry = first
    for index in 0..<count {
      let slot = entryAddress + index * 8
      guard !self.entry(at: slot).isPresent else {
        throw .alreadyMapped(virtual + index * size.bytes)
      }
      window.store(entry.bits, at: slot)
      entry.bits &+= size.bytes
      pageCounts[size.rawValue] += 1
    }
  }

  /// The largest page that fits both addresses and what is left to map.
  private func largestSize(
    at virtual: VirtualAddress, _ physical: PhysicalAddress, left: UInt64
  ) -> PageSize {
    var size = largestPage
    while size > .fourKiB {
      let fits = left >= size.bytes
      if fits, (virtual.value | physical.value).isAligned(to: size.bytes) { break }
      size = size == .oneGiB ? .twoMiB : .fourKiB
    }
    return size
  }

  /// Makes the tables that are missing on the way to the entry for `virtual`, `level` above the
  /// lowest, and returns the address of that entry.
  ///
  /// - Parameter user: Whether what the entry leads to may be ring 3's.
  mutating func makeTables(
    for virtual: VirtualAddress, level: Int, user: Bool,
    frames: inout some TableFrameSource & ~Copyable
  ) throws(PagingError) -> PhysicalAddress {
    var table = root
    var current = topLevel
    while current > level {
      let entryAddress = Self.entryAddress(of: virtual, in: table, level: current)
      let entry = self.entry(at: entryAddress)
      if !entry.isPresent {
        table = try Self.newTable(in: window, from: &frames)
        tableCount += 1
        window.store(PageTableEntry(table: table, user: user).bits, at: entryAddress)
      } else if entry.isPage(atLevel: current) {
        throw .alreadyMapped(virtual)
      } else {
        if user, !entry.isUser {
          window.store(PageTableEntry(table: entry.address, user: true).bits, at: entryAddress)
        }
        table = entry.address
      }
      current -= 1
    }
    return Self.entryAddress(of: virtual, in: table, level: level)
  }

  static func newTable(
    in window: PhysicalMemoryWindow, from frames: inout some TableFrameSource & ~Copyable
  ) throws(PagingError) -> PhysicalAddress {
    guard let frame = frames.allocateTableFrame() else { throw .outOfTableFrames }
    window.fill(AddressRange(at: frame, size: PageSize.fourKiB.bytes))
    return frame
  }

  func entry(at entryAddress: PhysicalAddress) -> PageTableEntry {
    PageTableEntry(bits: window.load(at: entryAddress))
  }

  /// Where the entry for `virtual` stands in `table`, `level` above the lowest.
  static func entryAddress(
    of virtual: VirtualAddress, in table: PhysicalAddress, level: Int
  ) -> PhysicalAddress {
    table + (virtual.value >> (12 + 9 * UInt64(level)) & 0x1ff) * 8
  }

  func checkCanonical(_ virtual: VirtualAddress, size: UInt64) throws(PagingError) {
    // The sign bit and below: 48 bits with four levels, 57 with five.
    let half: UInt64 = 1 << (11 + 9 * UInt64(levels))
    let isLow = virtual.value < half && size <= half - virtual.value
    // The upper half ends with the address space itself.
    let isHigh = virtual.value >= 0 &- half && size <= 0 &- virtual.value
    guard isLow || isHigh || size == 0 else { throw .notCanonical(virtual) }
  }
}
