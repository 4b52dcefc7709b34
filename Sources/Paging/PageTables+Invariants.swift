import Addressing

extension PageTables {
  /// The first invariant that doesn't hold, in words; `nil` where all do. Changes nothing.
  /// O(entries of all tables).
  ///
  /// Tables that are seen at two places (`shareEntries`) are counted where they are seen first.
  public var brokenInvariant: StaticString? {
    var tables: UInt64 = 1
    var pages: InlineArray<3, UInt64> = [0, 0, 0]
    for index in 0..<512 {
      let entry = entry(of: root, index)
      guard entry.isPresent, !isSeenBefore(entry.address, below: index) else { continue }
      tables += 1
      if let broken = brokenInvariant(of: entry.address, level: 2, &tables, &pages) {
        return broken
      }
    }
    guard tables == tableCount else { return "the count of tables is wrong" }
    for size in 0..<3 where pages[size] != pageCounts[size] {
      return "the count of mapped pages is wrong"
    }
    return nil
  }

  private func entry(of table: PhysicalAddress, _ index: Int) -> PageTableEntry {
    entry(at: table + UInt64(index) * 8)
  }

  private func isSeenBefore(_ table: PhysicalAddress, below end: Int) -> Bool {
    for index in 0..<end where entry(of: root, index).isPresent {
      if entry(of: root, index).address == table { return true }
    }
    return false
  }

  private func brokenInvariant(
    of table: PhysicalAddress, level: Int, _ tables: inout UInt64,
    _ pages: inout InlineArray<3, UInt64>
  ) -> StaticString? {
    for index in 0..<512 {
      let entry = entry(of: table, index)
      guard entry.isPresent else { continue }
      if level == 0 || entry.isPage(atLevel: level) {
        guard let size = PageSize(rawValue: level) else { return "a page has no size" }
        guard entry.address.isAligned(to: size.bytes) else { return "a page is not aligned" }
        pages[level] += 1
      } else {
        tables += 1
        guard tables <= tableCount else { return "there are more tables than were made" }
        let broken = brokenInvariant(of: entry.address, level: level - 1, &tables, &pages)
        if let broken { return broken }
      }
    }
    return nil
  }
}
