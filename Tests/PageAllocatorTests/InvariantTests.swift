import Addressing
import Synchronization
import Testing
import Zones

@testable import PageAllocator

/// Each way in which the records can be wrong is found, and told apart.
@Suite struct InvariantTests {
  /// A change of a zone's records, and what is said of them then.
  private typealias Break = (change: (inout Zone) -> Void, text: String)

  private func broken(_ pages: PageAllocator) -> String? { pages.brokenInvariant.map { "\($0)" } }

  /// An allocator of 2 GiB whose first chunks are divided: some frames are allocated, one group is
  /// in a cache, blocks of order 3 and 8 are on the shelf.
  private func used() throws -> PageAllocator {
    let pages = try TestMachine([.megabytes(4096, 6144)], maximumOrder: 18).pages
    // The frame first: its cache takes the whole group.
    _ = try pages.allocate()
    for _ in 0..<3 { _ = try pages.allocate(FrameRequest(order: 3)) }
    let small = try pages.allocate(FrameRequest(order: 3))
    let large = try pages.allocate(FrameRequest(order: 8))
    _ = try pages.allocate(FrameRequest(order: 12))
    try pages.free(large, order: 8)
    try pages.free(small, order: 3)
    #expect(broken(pages) == nil)
    return pages
  }

  private func expect(_ breaks: [Break]) throws {
    for (index, (change, text)) in breaks.enumerated() {
      let pages = try used()
      change(&pages.zones[ZoneKind.normal.rawValue])
      #expect(broken(pages) == text, "change \(index)")
    }
  }

  /// The chunk of the allocated frames.
  private static let chunk = 0

  @Test func counts() throws {
    try expect([
      ({ $0.freeFrames += 1 }, "the count of free frames is wrong"),
      ({ $0.managedFrames = 1 }, "more frames are free than were released"),
    ])
  }

  @Test func spans() throws {
    try expect([
      ({ $0.firstOpenSpan = 1 }, "a free chunk can't be found"),
      (
        { zone in
          zone.chunks[64].makeFree(firstFrame: zone.firstFrame(ofChunk: 64), index: 64)
          zone.spans[1].divided = 1
        }, "a divided chunk is not closed"
      ),
      ({ $0.spans[1].chunks.head = 2 }, "the count of free frames is wrong"),
      ({ $0.spans[1].chunks.free = 0 }, "a block has no head"),
      ({ $0.orders = 0 }, "the spans of an order are not counted right"),
      (
        { $0.spanCounts[$0.orders.trailingZeroBitCount] += 1 },
        "the spans of an order are not counted right"
      ),
      (
        { $0.firstSpans = InlineArray(repeating: 1) },
        "a span with free blocks of an order can't be found"
      ),
      (
        { zone in
          let order = zone.spans[0].orders.trailingZeroBitCount
          zone.spans[0].holding[order] |= 1 << 63
        }, "a chunk that is not divided is in a set"
      ),
      ({ $0.dividedPrefix = 20 }, "a chunk of the prefix is not divided"),
    ])
  }

  @Test func chunks() throws {
    try expect([
      (
        { $0.chunks[Self.chunk].orders ^= 1 << 5 },
        "a chunk and its span disagree on what it may hold"
      ),
      // Not the first, which a cache is looked up in before.
      ({ $0.chunks[1].number += 1 }, "a chunk has another's frames"),
      ({ $0.chunks[Self.chunk].index += 1 }, "a chunk has another's place"),
      ({ $0.chunks[1].groups = .allFree }, "a free chunk was not merged"),
      ({ $0.chunks[Self.chunk].groups = BlockWord(free: 0, head: 0) }, "a block has no head"),
    ])
  }

  /// The first group of the chunk that is divided and in no cache.
  private static func group(_ zone: borrowing Zone) -> Int {
    zone.chunks[chunk].divided.trailingZeroBitCount
  }

  @Test func groups() throws {
    try expect([
      (
        { zone in
          for order in 0..<6 { zone.chunks[Self.chunk].holding[order] = 0 }
        }, "a group has free blocks that can't be found"
      ),
      (
        { zone in
          let free = (0..<64).first { zone.chunks[Self.chunk].groups.isFree($0) } ?? 0
          zone.chunks[Self.chunk].divided |= 1 << UInt64(free)
        }, "a divided group is not closed"
      ),
      (
        { $0.chunks[Self.chunk].divided |= $0.chunks[Self.chunk].claimed },
        "a group is divided and claimed"
      ),
      (
        { $0.chunks[Self.chunk].frames[Self.group($0)] = .allFree }, "a free group was not merged"
      ),
      (
        { zone in
          let order = zone.chunks[Self.chunk].groups.orders.trailingZeroBitCount + 6
          zone.chunks[Self.chunk].orders &= ~(1 << UInt64(order))
          zone.spans[0].holding[order] &= ~1
        }, "a chunk has free groups that can't be found"
      ),
    ])
  }

  @Test func runs() throws {
    try expect([
      (
        {
          $0.run = DividedRun(chunks: $0.chunks.part(0..<4), firstFrame: $0.firstFrame(ofChunk: 0))
        },
        "a chunk of the run is not divided"
      ),
      (
        {
          $0.run = DividedRun(chunks: $0.chunks.part(1..<2), firstFrame: $0.firstFrame(ofChunk: 0))
        },
        "the run has another's frames"
      ),
      (
        { $0.run = DividedRun(chunks: $0.chunks.part(0..<1), firstFrame: 0) },
        "the run has another's frames"
      ),
    ])
  }

  @Test func shelf() throws {
    try expect([
      (
        { zone in
          if let block = zone.shelf.block(order: 3) { Zone.unmark(block, 3) }
        }, "a block on the shelf is not marked as one"
      ),
      (
        { zone in
          if let block = zone.shelf.block(order: 8) { Zone.unmark(block, 8) }
        }, "a block on the shelf is not marked as one"
      ),
      ({ _ = $0.shelf.take(order: 3) }, "a marked block is not on the shelf"),
      ({ _ = $0.shelf.take(order: 8) }, "a marked block is not on the shelf"),
      (
        { zone in
          if let block = zone.shelf.take(order: 3) { zone.shelf.put(block, order: 2) }
        }, "a block on the shelf is not marked as one"
      ),
    ])
  }

  @Test func caches() throws {
    let pages = try used()
    let cache = pages.caches.reference(to: 0)
    let claim = cache.object.claim.load(ordering: .relaxed)
    #expect(claim != ProcessorCache.noClaim)
    let group = ProcessorCache.group(of: claim)
    let units = cache.object.units.load(ordering: .relaxed)
    let unit = units.trailingZeroBitCount
    let records = pages.zones[ZoneKind.normal.rawValue].chunks
    records[group >> 6].frames[group & 63].mark(unit)
    #expect(broken(pages) == "a frame of a cache is not allocated as one")
    records[group >> 6].frames[group & 63].unmark(unit)
    cache.object.claimed.store(units & (units - 1), ordering: .relaxed)
    #expect(broken(pages) == "a frame at hand was never taken")
    cache.object.claimed.store(.max, ordering: .relaxed)
    cache.object.firstFrame += 64
    #expect(broken(pages) == "a cache has another group's frames")
    cache.object.firstFrame -= 64
    cache.object.claim.store(claim + 1, ordering: .relaxed)
    #expect(broken(pages) == "a cache has a group that is not claimed")
    cache.object.claim.store(ProcessorCache.noClaim, ordering: .relaxed)
    #expect(broken(pages) == "a claimed group is in no cache, or in two")
    cache.object.claim.store(claim, ordering: .relaxed)
    #expect(broken(pages) == nil)
  }
}
