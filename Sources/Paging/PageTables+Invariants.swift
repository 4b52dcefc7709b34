import Addressing

extension PageTables {
  /// The first invariant that doesn't hold, in words; `nil` where all do. Changes nothing.
  /// O(entries of all tables).
  ///
  /// Tables that are seen at two places (`shareEntries`) are counted where they are seen first.
  public var brokenInvariant: StaticString? {
    var count = Counts()
    for index in 0..<512 {
      let entry = entry(index, of: root)
      guard entry.isPresent, !isSeenBefore(entry.address, below: index) else { continue }
      if let broken = brokenInvariant(of: entry.address, level: 2, &count) { return broken }
    }
    guard count.tables == tableCount else { return "the count of tables is wrong" }
    for size in 0..<3 where count.pages[size] != pageCounts[size] {
      return "the count of mapped pages is wrong"
    }
    return nil
  }

  /// What was met so far, the top table included.
  private struct Counts {
    var tables: UInt64 = 1
    var pages: InlineArray<3, UInt64> = [0, 0, 0]
  }

  private func entry(_ index: Int, of table: PhysicalAddress) -> PageTableEntry {
    entry(at: table + UInt64(index) * 8)
  }

  private func isSeenBefore(_ table: PhysicalAddress, below end: Int) -> Bool {
    for index in 0..<end where entry(index, of: root).isPresent {
      if entry(index, of: root).address == table { return true }
    }
    return false
  }

  /// What is wrong with a table `level` above the lowest, or with those below it.
  private func brokenInvariant(
    of table: PhysicalAddress, level: Int, _ count: inout Counts
  ) -> StaticString? {
    guard window.range.contains(AddressRange(at: table, size: 4096)) else {
      return "a table lies where none can be seen"
    }
    // Also the end of a table that leads to itself.
    guard count.tables < tableCount else { return "the count of tables is wrong" }
    count.tables += 1
    for index in 0..<512 {
      let entry = entry(index, of: table)
      guard entry.isPresent else { continue }
      if entry.isPage(atLevel: level) {
        guard let size = PageSize(rawValue: level) else { return "a page has no size" }
        guard entry.address.isAligned(to: size.bytes) else { return "a page is not aligned" }
        count.pages[level] += 1
      } else if let broken = brokenInvariant(of: entry.address, level: level - 1, &count) {
        return broken
      }
    }
    return nil
  }
}
