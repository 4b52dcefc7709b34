import Addressing

/// Parts of the address space that are seen at several places, or in several address spaces: entries
/// that lead to the same tables, each for 512 GiB.
extension PageTables {
  /// The bytes that one of these entries is for.
  private static var span: UInt64 { 1 << 39 }

  /// How many tables are below the one that these entries are in.
  private static var level: Int { 3 }

  /// Lets `count` spans of 512 GiB, from the one of `alias` on, lead to the tables that those from
  /// `original` on lead to.
  ///
  /// Mappings made later under an entry that leads somewhere already are seen at both places.
  ///
  /// - Parameters:
  ///   - original: An address in the first span.
  ///   - alias: An address in the first span that is to lead there too.
  ///   - count: The number of spans.
  ///   - frames: Gives the frames that tables above the entries take: none with four levels.
  /// - Throws: `.notCanonical`, where spans of one half of the address space would follow those of the
  ///   other, or the last one. Nothing is changed then.
  public mutating func shareEntries(
    of original: VirtualAddress, at alias: VirtualAddress, count: UInt64,
    frames: inout some TableFrameSource & ~Copyable
  ) throws(PagingError) {
    let size = count <= 256 ? count * Self.span : .max
    try checkCanonical(original.alignedDown(to: Self.span), size: size)
    try checkCanonical(alias.alignedDown(to: Self.span), size: size)
    for index in 0..<count {
      let offset = index * Self.span
      let entry = sharedEntry(for: original.alignedDown(to: Self.span) + offset)
      let entryAddress = try makeTables(
        for: alias.alignedDown(to: Self.span) + offset, level: Self.level, user: false,
        frames: &frames)
      window.store(entry.bits, at: entryAddress)
    }
  }

  /// Lets the spans of 512 GiB that a range is in lead in another address space where they lead here.
  ///
  /// What is mapped here later is seen there too, as long as the entries for the spans stay the
  /// same. O(n) in spans.
  ///
  /// - Parameters:
  ///   - other: The other address space, with as many levels.
  ///   - virtual: Where the range starts.
  ///   - size: In bytes.
  ///   - frames: Gives the frames that tables above the entries take: none with four levels.
  /// - Throws: `.notCanonical` and `.outOfTableFrames`.
  public func shareEntries(
    with other: inout PageTables, for virtual: VirtualAddress, size: UInt64,
    frames: inout some TableFrameSource & ~Copyable
  ) throws(PagingError) {
    precondition(levels == other.levels, "address spaces of different depth")
    try checkCanonical(virtual, size: size)
    guard size > 0 else { return }
    for index in 0...Self.lastSpan(of: virtual, size) {
      let address = virtual.alignedDown(to: Self.span).advanced(bySpans: index)
      let entryAddress = try other.makeTables(
        for: address, level: Self.level, user: false, frames: &frames)
      other.window.store(sharedEntry(for: address).bits, at: entryAddress)
    }
  }

  /// Gives back all tables, the top one included, and every page below the spans of 512 GiB that a
  /// range is in. The tables that other spans lead to are another address space's.
  ///
  /// No processor may use the address space any more. O(n) in tables and pages.
  ///
  /// - Parameters:
  ///   - virtual: Where the range starts; canonical, as all of it.
  ///   - size: In bytes, more than 0.
  ///   - frames: Takes the tables' frames.
  ///   - removed: Is told of each page: where it led and its size.
  public consuming func tearDown(
    owning virtual: VirtualAddress, size: UInt64, frames: inout some TableFrameOwner & ~Copyable,
    removed: (PhysicalAddress, PageSize) -> Void
  ) {
    for index in 0...Self.lastSpan(of: virtual, size) {
      let entry = sharedEntry(for: virtual.alignedDown(to: Self.span).advanced(bySpans: index))
      guard entry.isPresent else { continue }
      release(entry.address, level: Self.level - 1, frames: &frames, removed: removed)
    }
    if topLevel > Self.level {
      for index in 0..<UInt64(512) {
        let entry = entry(at: root + index * 8)
        if entry.isPresent { frames.freeTableFrame(entry.address) }
      }
    }
    frames.freeTableFrame(root)
  }

  /// Gives back a table, and all that it leads to.
  private func release(
    _ table: PhysicalAddress, level: Int, frames: inout some TableFrameOwner & ~Copyable,
    removed: (PhysicalAddress, PageSize) -> Void
  ) {
    for index in 0..<UInt64(512) {
      let entry = entry(at: table + index * 8)
      guard entry.isPresent else { continue }
      if entry.isPage(atLevel: level), let size = PageSize(rawValue: level) {
        removed(entry.address.alignedDown(to: size.bytes), size)
      } else {
        release(entry.address, level: level - 1, frames: &frames, removed: removed)
      }
    }
    frames.freeTableFrame(table)
  }

  /// The entry for the span that an address is in; absent where a table above it is.
  private func sharedEntry(for virtual: VirtualAddress) -> PageTableEntry {
    var table = root
    var level = topLevel
    while level > Self.level {
      let entry = entry(at: Self.entryAddress(of: virtual, in: table, level: level))
      guard entry.isPresent else { return .absent }
      table = entry.address
      level -= 1
    }
    return entry(at: Self.entryAddress(of: virtual, in: table, level: level))
  }

  /// How many spans follow the first one that a range of at least one byte is in.
  private static func lastSpan(of virtual: VirtualAddress, _ size: UInt64) -> UInt64 {
    (virtual.value &+ (size - 1)) / span - virtual.value / span
  }
}

extension VirtualAddress {
  /// The address that many times 512 GiB further on. The last span ends where no address is.
  fileprivate func advanced(bySpans count: UInt64) -> VirtualAddress {
    VirtualAddress(value &+ count << 39)
  }
}
