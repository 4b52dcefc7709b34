import SerialHarness
import Testing

/// Checks a boot's words about memory against each other: the firmware's map, memblock's last
/// dump, the accounting, and the buddy totals each come from a place of their own in the kernel.
struct MemoryAudit {
  let outcome: Outcome
  let log: MemoryLog
  let dump: MemoryLog.Dump

  init(_ outcome: Outcome) throws {
    try outcome.check(.success)
    self.outcome = outcome
    log = MemoryLog(lines: outcome.lines)
    dump = try #require(log.dumps.last, "\(outcome.report())")
  }

  func check() throws {
    checkDumps()
    try checkMemoryAgainstMap()
    try checkAccounting()
    try checkBuddies()
    try outcome.require("Boot complete")
  }

  /// Counts, sizes and order are what the dumps themselves say, and Linux's rules hold.
  private func checkDumps() {
    for dump in log.dumps {
      for (table, stated) in dump.counts {
        let regions = dump.regions[table, default: []]
        #expect(UInt64(regions.count) == stated, "\(table): \(outcome.report())")
        for (region, next) in zip(regions, regions.dropFirst()) {
          #expect(region.range.upperBound < next.range.lowerBound, "\(table) is not sorted")
        }
      }
      // As in Linux, the stated size keeps what `memblock_trim_memory` took off: the parts of
      // pages at the ends of regions.
      let size = dump.memory.reduce(0) { $0 + $1.range.byteCount }
      #expect(dump.memorySize >= size, "\(outcome.report())")
      #expect(dump.memorySize - size < 8192 * UInt64(dump.memory.count), "\(outcome.report())")
      #expect(dump.reserved.reduce(0) { $0 + $1.range.byteCount } == dump.reservedSize)
    }
  }

  /// The memory table is the map's usable memory, in whole pages, without the first page, and
  /// without the places below 1 MiB that are no RAM on any PC.
  private func checkMemoryAgainstMap() throws {
    let page: UInt64 = 4096
    let map = try #require(log.maps["BIOS-e820"], "\(outcome.report())")
    var expected: [ClosedRange<UInt64>] = []
    for usable in Self.merged(map.filter { $0.type == "usable" }.map(\.range)) {
      let first = max((usable.lowerBound + page - 1) / page * page, page)
      let end = (usable.upperBound + 1) / page * page
      guard first < end else { continue }
      if first < 0xa0000 && end > 0xa0000 {
        expected.append(first...0x9ffff)
        if end > 0x100000 { expected.append(0x100000...end - 1) }
      } else {
        expected.append(first...end - 1)
      }
    }
    #expect(Self.merged(dump.memory.map(\.range)) == expected, "\(outcome.report())")
  }

  /// Every page of every zone is free or reserved, and the zones have all of memory.
  private func checkAccounting() throws {
    let accounts = outcome.lines.compactMap(Account.init)
    try #require(!accounts.isEmpty, "\(outcome.report())")
    for account in accounts {
      #expect(account.free + account.reserved == account.pages, "\(account)")
    }
    let pages = accounts.reduce(0) { $0 + $1.pages }
    let memory = dump.memory.reduce(0) {
      $0 + ($1.range.upperBound + 1) / 4096 - $1.range.firstPage
    }
    #expect(pages == memory, "\(outcome.report())")
  }

  /// The blocks on the free lists are as many pages as the allocator was given, or a little less:
  /// the processor's own cache holds some.
  private func checkBuddies() throws {
    let free = outcome.lines.compactMap(Account.init).reduce(0) { $0 + $1.free }
    let inBlocks = log.freeBlocks.reduce(0) { $0 + $1.pages }
    #expect(inBlocks <= free, "\(outcome.report())")
    #expect(inBlocks + 1024 > free, "\(outcome.report())")
    // Linux's line: `Memory: 4018272K/4193904K available (…)`.
    let summary = try outcome.require("K available (")
    let numbers = try #require(summary.firstMatch(of: #/Memory: (\d+)K/(\d+)K available/#))
    let available = try #require(UInt64(numbers.1))
    let all = try #require(UInt64(numbers.2))
    #expect(available <= free * 4)
    #expect(available + 4096 > free * 4, "\(outcome.report())")
    #expect(all <= dump.memorySize / 1024 + 4)
  }

  private static func merged(_ ranges: [ClosedRange<UInt64>]) -> [ClosedRange<UInt64>] {
    var result: [ClosedRange<UInt64>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = result.last, range.lowerBound <= last.upperBound + 1 {
        result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    return result
  }
}

/// `Accounting: Node 0, zone DMA: 3998 pages = 3704 free + 294 reserved`.
struct Account {
  var pages: UInt64
  var free: UInt64
  var reserved: UInt64

  init?(line: String) {
    let account =
      #/Accounting: Node \d+, zone [A-Za-z0-9]+: (\d+) pages(?: =|, but) (\d+) free \+ (\d+) reserved/#
    guard let found = line.wholeMatch(of: account), let pages = UInt64(found.1),
      let free = UInt64(found.2), let reserved = UInt64(found.3)
    else { return nil }
    self.pages = pages
    self.free = free
    self.reserved = reserved
  }
}

extension ClosedRange<UInt64> {
  var byteCount: UInt64 { upperBound - lowerBound + 1 }
  /// The number of the first whole page.
  var firstPage: UInt64 { (lowerBound + 4095) / 4096 }
}
