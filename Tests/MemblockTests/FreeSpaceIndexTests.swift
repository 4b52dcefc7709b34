import Addressing
import MemblockTrace
import Testing

@testable import Memblock

/// The index of free space promises no more than it has to: a search looks at few gaps. That it
/// promises enough is one of the invariants that debug builds check after each operation.
struct FreeSpaceIndexTests {
  /// Kept until the test ends: grown tables lie in it.
  private let memory: SparseMemory

  init() throws { memory = try #require(SparseMemory(byteCount: 1 << 32)) }

  /// 4 GiB with a reservation of a page in the middle of each 256 KiB, but for a hole of 1 MiB.
  private func reserved(_ count: Int, holeAfter hole: Int = .max) throws -> Memblock {
    var memblock = Memblock()
    memblock.allowResize(through: memory.window)
    try memblock.add(range(0, 1 << 32))
    for index in 0..<count {
      let distance = UInt64(index) << 18 + (index > hole ? 1 << 20 : 0)
      try memblock.reserve(range(1 << 20 + distance, 4096))
    }
    // A search refreshes what is stale.
    _ = memblock.findFree(.init(size: 1 << 40, alignment: 4096, bounds: Self.everywhere))
    return memblock
  }

  private static let everywhere = Extent(base: 0, end: .max)

  /// What the summary of a level's branch, or of a leaf at level 0, says.
  private func summary(_ memblock: borrowing Memblock, _ level: Int, _ index: Int) -> UInt64 {
    let freeSpace = memblock.reservedTable.freeSpace.summaries.span
    let capacity = memblock.reservedTable.capacity
    return freeSpace[capacity >> (2 * level + 2) + index]
  }

  /// The number of levels, as the fan-out of eight demands.
  private func levels(_ memblock: borrowing Memblock) -> Int {
    var (levels, slots) = (1, memblock.reservedTable.capacity)
    while slots >> 3 > 0 { (levels, slots) = (levels + 1, slots >> 3) }
    return levels
  }

  @Test(arguments: [100, 200, 1000, 5000])
  func isExactAfterARefresh(count: Int) throws {
    var memblock = try reserved(count)
    try memblock.free(range(1 << 20 + 60 << 18, 4096))
    memblock.memoryTable.hasChanged = true
    _ = memblock.findFree(.init(size: 1 << 40, alignment: 4096, bounds: Self.everywhere))
    let table = memblock.reservedTable.layout
    #expect(memblock.reservedTable.freeSpace.validPrefix == table.count + 1)
    #expect(memblock.reservedTable.freeSpace.validSuffix == table.count + 1)
    for leaf in 0...table.capacity >> 3 {
      var gaps = GapSummary.empty
      var isEmpty = true
      for slot in leaf << 3..<min(leaf << 3 + 8, table.capacity + 1)
      where slot < table.slackStart || slot >= table.slackEnd {
        let gap = memblock.reservedTable.slots.gap(belowSlot: slot)
        gaps.include(gap.intersection(Extent(base: 0, end: 1 << 32)))
        isEmpty = false
      }
      if isEmpty { continue }
      #expect(summary(memblock, 0, leaf) & ~0x40 == gaps.bits, "leaf \(leaf)")
    }
    var size = table.capacity >> 3 + 1
    for level in 1..<levels(memblock) {
      let below = size
      size = (size + 7) >> 3
      for branch in 0..<size {
        var sum = GapSummary.empty
        for child in branch << 3..<min(branch << 3 + 8, below) {
          sum.include(GapSummary(bits: summary(memblock, level - 1, child)))
        }
        #expect(summary(memblock, level, branch) == sum.bits, "level \(level), \(branch)")
      }
    }
    #expect(size == 1)
  }

  /// Insertions and merges that only make gaps smaller leave nothing to be looked at again.
  @Test func staysValidWhileGapsShrink() throws {
    var memblock = try reserved(200)
    for index in 0..<60 {
      let base = UInt64(1 << 20 + (index * 53 % 199) << 18)
      try memblock.reserve(range(base + (index % 3 == 0 ? 4096 : 1 << 16), 4096))
      let freeSpace = memblock.reservedTable.freeSpace.validPrefix
      let stale = memblock.reserved.count + 1 - memblock.reservedTable.freeSpace.validSuffix
      #expect(freeSpace >= stale)
    }
  }

  /// The hole may be in the two leaves that its gap may have moved to, and nowhere else.
  @Test(arguments: [3, 500, 900])
  func movesPromisesWithTheirGaps(place: Int) throws {
    var memblock = try reserved(1000, holeAfter: 600)
    let request = AllocationRequest(size: 1 << 19, alignment: 4096, bounds: Self.everywhere)
    for round in 0..<20 as Range<UInt64> {
      try memblock.reserve(range(1 << 20 + UInt64(place) << 18 + (round + 2) << 13, 4096))
      let leaves = (0...memblock.reservedTable.capacity >> 3).filter {
        GapSummary(bits: summary(memblock, 0, $0)).covers(request)
      }
      // Those of the bottom, the top and the hole; each may have come to lie over two.
      #expect(leaves.count <= 6, "round \(round): \(leaves)")
    }
  }

  /// A search that finds nothing leaves no promise of what it has looked for, at any level.
  @Test(arguments: [false, true], [100, 1000])
  func withdrawsPromisesThatAreNotKept(isBottomUp: Bool, count: Int) throws {
    var memblock = try reserved(count, holeAfter: 60)
    memblock.isBottomUp = isBottomUp
    var large: [AddressRange] = []
    memblock.forEachFreeRange { if $0.range.size >= 1 << 20 { large.append($0.range) } }
    let hole = UInt64(1 << 20 + 60 << 18) + 4096
    for range in large where range.start.value != hole { try memblock.reserve(range) }
    // The hole shrinks, first by a merge and then by a split.
    try memblock.reserve(range(hole, 4096))
    try memblock.reserve(range(hole + 1 << 19, 4096))
    let request = AllocationRequest(size: 1 << 20, alignment: 4096, bounds: Self.everywhere)
    #expect(memblock.findFree(request) == nil)
    for level in 0..<levels(memblock) {
      for index in 0...memblock.reservedTable.capacity >> (3 * (level + 1)) {
        let known = GapSummary(bits: summary(memblock, level, index))
        #expect(!known.covers(request), "level \(level), \(index)")
      }
    }
  }

  /// A search looks at no gap whose summary promises less than what is wanted.
  @Test(arguments: [false, true])
  func looksOnlyWherePromised(isBottomUp: Bool) throws {
    var memblock = try reserved(1000, holeAfter: 600)
    memblock.isBottomUp = isBottomUp
    for index in 0..<1000 as Range<UInt64> where index % 8 < 2 && index != 600 {
      let base = UInt64(1 << 20 + index << 18) + (index > 600 ? 1 << 20 : 0)
      try memblock.reserve(range(base + 4096, 4096))
    }
    func isLoose(_ leaf: Int, _ memblock: borrowing Memblock) -> Bool {
      let known = summary(memblock, 0, leaf)
      return known & 0x40 == 0 && known < 1 << 20
    }
    let leaves = 0...memblock.reservedTable.capacity >> 3
    let before = leaves.filter { isLoose($0, memblock) }
    #expect(before.count > 100)
    let bounds = Extent(base: 2 << 20, end: 1 << 28)
    let request = AllocationRequest(size: 1 << 20, alignment: 4096, bounds: bounds)
    #expect(memblock.findFree(request)?.address ?? 0 > 600 << 18)
    #expect(leaves.filter { isLoose($0, memblock) } == before)
  }

  /// Reservations downwards, as allocations make them, move nothing: each takes the slot below
  /// the last one's.
  @Test func fillsTheSlackFromTheTopWhileGoingDownwards() throws {
    var memblock = Memblock()
    for place in (1...5 as ClosedRange<UInt64>).reversed() {
      try memblock.reserve(range(place << 20, 4096))
      #expect(memblock.reservedTable.layout.slackStart == (place == 5 ? 1 : 0))
    }
    try memblock.reserve(range(1 << 20 + 8192, 4096))
    try memblock.reserve(range(1 << 20 + 16384, 4096))
    #expect(memblock.reservedTable.layout.slackStart == 3)
  }

  /// Equal tables of which one has been searched, or was filled in another order.
  @Test func tellsStatesOfTheIndexApart() throws {
    var upwards = Memblock()
    var downwards = Memblock()
    for place in 1...3 as ClosedRange<UInt64> {
      try upwards.reserve(range(place << 20, 4096))
      try downwards.reserve(range((4 - place) << 20, 4096))
    }
    #expect(upwards.reserved.all == downwards.reserved.all)
    #expect(upwards.indexFingerprint != downwards.indexFingerprint)
    let before = upwards.indexFingerprint
    #expect(upwards.indexFingerprint == before)
    _ = upwards.findFree(.init(size: 1, alignment: 1, bounds: Self.everywhere))
    #expect(upwards.indexFingerprint != before)
    let searched = upwards.indexFingerprint
    upwards.memoryTable.hasChanged = true
    #expect(upwards.indexFingerprint != searched)
  }

  @Test func keepsTheBetterOfTwoBounds() {
    let (low, high) = (GapSummary(bits: 0x1000 | 9), GapSummary(bits: 0x2000 | 5))
    #expect(low.intersection(high).bits == 0x1000 | 5)
    #expect(high.intersection(low).bits == 0x1000 | 5)
    #expect(low.union(high).bits == 0x2000 | 9 && high.union(low).bits == 0x2000 | 9)
    #expect(GapSummary(bits: 0x3000 | 10).exceeds(high))
    #expect(!high.exceeds(high) && !GapSummary(bits: 0x3000 | 5).exceeds(high))
    #expect(low.covers(low) && !low.covers(high) && !high.covers(low))
  }

  @Test func countsWhatIsValid() {
    var layout = SlotLayout(capacity: 128)
    layout.count = 10
    layout.slack = 118
    var index = FreeSpaceIndex()
    func expect(_ prefix: Int, _ suffix: Int, line: Int = #line) {
      #expect(index.validPrefix == prefix && index.validSuffix == suffix, "line \(line)")
    }
    (index.validPrefix, index.validSuffix) = (4, 3)
    index.drop(1..<2, layout)
    expect(3, 3)
    index.drop(8..<9, layout)
    expect(3, 2)
    index.drop(2..<6, layout)
    expect(2, 2)
    (index.validPrefix, index.validSuffix) = (4, 6)
    index.drop(5..<8, layout)
    expect(4, 3)
    index.invalidate(3, 9, layout)
    expect(3, 1)
    #expect(index.isStale(3, 9, layout) && !index.isStale(2, 9, layout))
    #expect(index.isStale(3, 10, layout) == false)
  }

  @Test func ordersPiecesByTheirAlignment() {
    func order(_ base: UInt64, _ size: UInt64) -> UInt64 {
      var summary = GapSummary.empty
      summary.include(Extent(base: base, end: base + size))
      return summary.bits & 0x3f
    }
    #expect(order(0x1000, 0x1000) == 12)
    #expect(order(0x1000, 0x2000) == 12)
    #expect(order(0x1000, 0x3001) == 13)
    #expect(order(0x2000, 0x1001) == 13)
    #expect(order(0x800, 0x900) == 11)
    #expect(order(5, 0) == 0 && order(1, 4) == 1)
    func wanted(_ size: UInt64, _ alignment: UInt64) -> UInt64 {
      AllocationRequest(size: size, alignment: alignment, bounds: Self.everywhere).order
    }
    #expect(wanted(0x1000, 0x1000) == 12 && wanted(0x1001, 0x1000) == 12)
    #expect(wanted(0x900, 0x1000) == 12 && wanted(0x800, 0x1000) == 11)
    #expect(wanted(0x1000, 48) == 0 && wanted(0x1000, 0) == 6 && wanted(1, 0) == 0)
  }
}
