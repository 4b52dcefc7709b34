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
    let small = try pages.allocate(FrameRequest(order: 3))
    for _ in 0..<3 { _ = try pages.allocate(FrameRequest(order: 3)) }
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
      ({ $0.spans[1].divided = 1 }, "a divided chunk is not closed"),
      ({ $0.spans[1].chunks.head = 2 }, "the count of free frames is wrong"),
      ({ $0.spans[1].chunks.free = 0 }, "a block has no head"),
      ({ $0.dividedPrefix = 20 }, "a chunk of the prefix is not divided"),
    ])
  }

  @Test func chunks() throws {
    try expect([
      ({ $0.chunks[Self.chunk].level += 1 }, "a chunk's level is wrong"),
      // Not the first, which a cache is looked up in before.
      ({ $0.chunks[1].number += 1 }, "a chunk has another's frames"),
      ({ $0.chunks[Self.chunk].index += 1 }, "a chunk has another's place"),
      (
        {
          $0.chunks[Self.chunk].unsorted = 1
          $0.chunks[Self.chunk].list = 1
        }, "an unsorted chunk is in too low a list"
      ),
      ({ $0.chunks[Self.chunk].groups = BlockWord(free: 0, head: 0) }, "a block has no head"),
    ])
  }

  /// The first group of the chunk that is divided and in no cache.
  private static func group(_ zone: borrowing Zone) -> Int {
    let levels = zone.chunks[chunk].levels
    return (0..<64).first { levels[$0] <= Chunk.highestGroupLevel } ?? 0
  }

  @Test func groups() throws {
    try expect([
      (
        { $0.chunks[Self.chunk].ready[1] ^= 1 << UInt64(Self.group($0)) },
        "a group is in the wrong set"
      ),
      (
        { zone in
          let free = (0..<64).first { zone.chunks[Self.chunk].groups.isFree($0) } ?? 0
          zone.chunks[Self.chunk].levels[free] = 0
        }, "a group that is not closed has a level"
      ),
      (
        { $0.chunks[Self.chunk].frames[Self.group($0)] = .allFree }, "a group's level is wrong"
      ),
      (
        { zone in
          let group = Self.group(zone)
          let level = Int(zone.chunks[Self.chunk].levels[group])
          zone.chunks[Self.chunk].frames[group] = .allFree
          zone.chunks[Self.chunk].setLevel(7, ofGroup: group, was: level)
          zone.chunks[Self.chunk].refreshLevel()
        }, "a free group was not merged"
      ),
      (
        { zone in
          let group = Self.group(zone)
          zone.chunks[Self.chunk].unsorted = 1 << UInt64(group)
          zone.relink(Self.chunk)
          zone.chunks[Self.chunk].frames[group] = .allClosed
        }, "an unsorted group's level is too high"
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
        "a chunk of the run is another"
      ),
      (
        { $0.run = DividedRun(chunks: $0.chunks.part(0..<1), firstFrame: 0) },
        "a chunk of the run is not divided"
      ),
    ])
  }

  @Test func lists() throws {
    try expect([
      ({ $0.listed ^= 1 << 5 }, "a list is empty and said not to be, or the other way"),
      ({ $0.unlink(Self.chunk) }, "a list misses a chunk"),
      ({ $0.chunks[Self.chunk].previous = 7 }, "a list's links disagree"),
      ({ $0.chunks[Self.chunk].list ^= 2 }, "a list has a chunk of another list"),
      (
        { zone in
          let list = Int(zone.chunks[Self.chunk].list)
          zone.lists[list] = 40
        }, "a list has a chunk that is not divided"
      ),
      (
        { zone in
          zone.unlink(Self.chunk)
          let level = zone.chunks[Self.chunk].level
          zone.chunks[Self.chunk].level = 1
          zone.link(Self.chunk)
          zone.chunks[Self.chunk].level = level
        }, "a chunk is in too low a list"
      ),
    ])
  }

  @Test func shelf() throws {
    try expect([
      (
        { zone in
          let block = zone.shelf.block(0, order: 3)
          Zone.unmark(block, 3)
        }, "a block on the shelf is not marked as one"
      ),
      (
        { zone in
          let block = zone.shelf.block(0, order: 8)
          Zone.unmark(block, 8)
        }, "a block on the shelf is not marked as one"
      ),
      ({ _ = $0.shelf.take(order: 3) }, "a marked block is not on the shelf"),
      ({ _ = $0.shelf.take(order: 8) }, "a marked block is not on the shelf"),
      (
        { zone in
          let block = zone.shelf.block(0, order: 3)
          _ = zone.shelf.put(block, order: 3)
        }, "a block is on the shelf twice"
      ),
      (
        { zone in
          _ = zone.shelf.take(order: 3).map { zone.shelf.put($0, order: 2) }
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
