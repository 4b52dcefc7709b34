import Addressing

extension PageTables {
  /// The first invariant that doesn't hold, in words; `nil` where all do. Changes nothing.
  /// O(entries of all tables).
  ///
  /// For an address space whose tables are all its own. Those that are seen at two places are
  /// counted where they are seen first.
  public var brokenInvariant: StaticString? {
    var count = Counts()
    if levels == 4 {
      if let broken = brokenSpans(of: root, &count) { return broken }
    } else {
      for index in 0..<512 where entry(index, of: root).isPresent {
        let table = entry(index, of: root).address
        if let broken = self.count(table, &count) ?? brokenSpans(of: table, &count) {
          return broken
        }
      }
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

  /// What is wrong below a table whose entries are for 512 GiB each.
  private func brokenSpans(of table: PhysicalAddress, _ count: inout Counts) -> StaticString? {
    for index in 0..<512 {
      let entry = entry(index, of: table)
      guard entry.isPresent, !isSeen(entry.address, beforeEntry: index, of: table) else {
        continue
      }
      if let broken = brokenTable(entry.address, level: 2, &count) { return broken }
    }
    return nil
  }

  /// Whether an entry for 512 GiB before that one leads to the same table (`shareEntries`).
  private func isSeen(
    _ table: PhysicalAddress, beforeEntry end: Int, of upper: PhysicalAddress
  ) -> Bool {
    if levels == 5 {
      for index in 0..<512 where entry(index, of: root).isPresent {
        let other = entry(index, of: root).address
        if other == upper { break }
        if leads(other, to: table, below: 512) { return true }
      }
    }
    return leads(upper, to: table, below: end)
  }

  /// Whether one of the entries of a table below `end` leads to another table.
  private func leads(_ upper: PhysicalAddress, to table: PhysicalAddress, below end: Int) -> Bool {
    for index in 0..<end where entry(index, of: upper).isPresent {
      if entry(index, of: upper).address == table { return true }
    }
    return false
  }

  /// What is wrong with a table `level` above the lowest, or with those below it.
  private func brokenTable(
    _ table: PhysicalAddress, level: Int, _ count: inout Counts
  ) -> StaticString? {
    if let broken = self.count(table, &count) { return broken }
    for index in 0..<512 {
      let entry = entry(index, of: table)
      guard entry.isPresent else { continue }
      if entry.isPage(atLevel: level) {
        guard let size = PageSize(rawValue: level) else { return "a page has no size" }
        guard entry.address.isAligned(to: size.bytes) else { return "a page is not aligned" }
        count.pages[level] += 1
      } else if let broken = brokenTable(entry.address, level: level - 1, &count) {
        return broken
      }
    }
    return nil
  }

  /// Counts a table that can be read; says what is wrong where it can't be.
  private func count(_ table: PhysicalAddress, _ count: inout Counts) -> StaticString? {
    guard window.range.contains(AddressRange(at: table, size: 4096)) else {
      return "a table lies where none can be seen"
    }
    // Also the end of a table that leads to itself.
    guard count.tables < tableCount else { return "the count of tables is wrong" }
    count.tables += 1
    return nil
  }
}
