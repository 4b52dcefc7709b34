import Addressing

extension PageTables {
  /// Removes what is mapped in a virtual range, and gives back the tables that are empty then.
  ///
  /// Either all of the range is unmapped or nothing is changed. A large page at an end of the range
  /// that reaches beyond it is divided. O(n) in pages.
  ///
  /// The processor may go on using what is removed: the caller tells it (`invlpg`) for each page,
  /// and once more before it uses a frame that a table was in.
  ///
  /// - Parameters:
  ///   - virtual: Where the range starts; a multiple of 4 KiB.
  ///   - size: In bytes; a multiple of 4 KiB.
  ///   - frames: Gives the frames that dividing a page takes, and takes those of empty tables.
  ///   - removed: Is told of each page: its virtual address, where it led and its size.
  /// - Throws: `.unaligned`, `.notCanonical`, `.notMapped` and `.outOfTableFrames`.
  public mutating func unmap(
    _ virtual: VirtualAddress, size: UInt64, frames: inout some TableFrameOwner & ~Copyable,
    removed: (VirtualAddress, PhysicalAddress, PageSize) -> Void
  ) throws(PagingError) {
    try prepare(virtual, size: size, frames: &frames)
    var offset: UInt64 = 0
    while offset < size {
      let address = VirtualAddress(virtual.value &+ offset)
      guard let found = find(address) else { throw .notMapped(address) }
      window.store(PageTableEntry.absent.bits, at: found.entryAddress)
      pageCounts[found.size.rawValue] -= 1
      removed(address, found.entry.address.alignedDown(to: found.size.bytes), found.size)
      offset += found.size.bytes
    }
    if size > 0 {
      prune(
        root, level: topLevel, first: virtual.value, last: virtual.value &+ (size - 1),
        frames: &frames)
    }
  }

  /// Changes what may be done with the memory behind a virtual range.
  ///
  /// Either all of the range is changed or nothing is. Large pages are divided as by `unmap`.
  /// O(n) in pages.
  ///
  /// - Parameters:
  ///   - virtual: The first address; a multiple of 4 KiB.
  ///   - size: In bytes; a multiple of 4 KiB.
  ///   - permissions: What may be done with the range from now on.
  ///   - frames: Gives the frames for tables that divide large pages.
  ///   - changed: Is told of each page, for `invlpg`.
  /// - Throws: as `unmap`.
  public mutating func protect(
    _ virtual: VirtualAddress, size: UInt64, permissions: PagePermissions,
    frames: inout some TableFrameSource & ~Copyable,
    changed: (VirtualAddress) -> Void
  ) throws(PagingError) {
    try prepare(virtual, size: size, frames: &frames)
    var offset: UInt64 = 0
    while offset < size {
      let address = VirtualAddress(virtual.value &+ offset)
      guard let found = find(address) else { throw .notMapped(address) }
      let page = found.entry.address.alignedDown(to: found.size.bytes)
      let entry = PageTableEntry(page: page, size: found.size, permissions: permissions)
      window.store(entry.bits, at: found.entryAddress)
      changed(address)
      offset += found.size.bytes
    }
  }

  /// Checks that all of a range is mapped, and divides the large pages that reach beyond it, so
  /// that what follows can't fail.
  private mutating func prepare(
    _ virtual: VirtualAddress, size: UInt64, frames: inout some TableFrameSource & ~Copyable
  ) throws(PagingError) {
    let page = PageSize.fourKiB.bytes
    guard virtual.isAligned(to: page), size.isAligned(to: page) else { throw .unaligned }
    try checkCanonical(virtual, size: size)
    var offset: UInt64 = 0
    while offset < size {
      let address = VirtualAddress(virtual.value &+ offset)
      guard let found = find(address) else { throw .notMapped(address) }
      offset += found.size.bytes - (address.value & (found.size.bytes - 1))
    }
    guard size > 0 else { return }
    try divide(at: virtual, frames: &frames)
    try divide(at: VirtualAddress(virtual.value &+ size), frames: &frames)
  }

  /// Divides a large page that an address is inside of, until the address is at the start of one.
  private mutating func divide(
    at virtual: VirtualAddress, frames: inout some TableFrameSource & ~Copyable
  ) throws(PagingError) {
    while let found = find(virtual), !virtual.isAligned(to: found.size.bytes),
      let smaller = PageSize(rawValue: found.size.rawValue - 1)
    {
      let table = try Self.newTable(in: window, from: &frames)
      tableCount += 1
      let first = found.entry.address.alignedDown(to: found.size.bytes)
      for index in 0..<UInt64(512) {
        let entry = PageTableEntry(
          page: first + index * smaller.bytes, size: smaller, permissions: found.entry.permissions)
        window.store(entry.bits, at: table + index * 8)
      }
      window.store(
        PageTableEntry(table: table, user: found.entry.isUser).bits, at: found.entryAddress)
      pageCounts[found.size.rawValue] -= 1
      pageCounts[smaller.rawValue] += 512
    }
  }

  /// Gives back the empty ones of the tables below `table` that map any of the addresses from
  /// `first` to `last`, both of them inside what `table` maps.
  private mutating func prune(
    _ table: PhysicalAddress, level: Int, first: UInt64, last: UInt64,
    frames: inout some TableFrameOwner & ~Copyable
  ) {
    let shift = 12 + 9 * UInt64(level)
    let firstIndex = first >> shift & 0x1ff
    let lastIndex = last >> shift & 0x1ff
    for index in firstIndex...lastIndex {
      let entryAddress = table + index * 8
      let entry = entry(at: entryAddress)
      guard entry.isPresent, !entry.isPage(atLevel: level) else { continue }
      if level > 1 {
        prune(
          entry.address, level: level - 1, first: index == firstIndex ? first : 0,
          last: index == lastIndex ? last : .max, frames: &frames)
      }
      guard isEmpty(entry.address) else { continue }
      window.store(PageTableEntry.absent.bits, at: entryAddress)
      tableCount -= 1
      frames.freeTableFrame(entry.address)
    }
  }

  private func isEmpty(_ table: PhysicalAddress) -> Bool {
    for index in 0..<UInt64(512) where entry(at: table + index * 8).isPresent { return false }
    return true
  }

  /// The entry that maps an address, where it stands and what it maps.
  private func find(
    _ virtual: VirtualAddress
  ) -> (entryAddress: PhysicalAddress, entry: PageTableEntry, size: PageSize)? {
    var table = root
    var level = topLevel
    while true {
      let entryAddress = Self.entryAddress(of: virtual, in: table, level: level)
      let entry = entry(at: entryAddress)
      guard entry.isPresent else { return nil }
      if level < 3, entry.isPage(atLevel: level), let size = PageSize(rawValue: level) {
        return (entryAddress, entry, size)
      }
      table = entry.address
      level -= 1
    }
  }
}
