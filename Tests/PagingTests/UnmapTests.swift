import Addressing
import Paging
import SimulatedMemory
import Testing

private let area = VirtualAddress(0xffff_c900_0000_0000)
private let mib: UInt64 = 1 << 20

private func range(_ start: UInt64, _ end: UInt64) -> AddressRange {
  AddressRange(from: PhysicalAddress(start), to: PhysicalAddress(end))
}

@Suite struct UnmapTests {
  let memory = SimulatedMemory(at: 0x10_0000, size: 64 * 4096)

  @Test func emptyTablesComeBack() throws {
    var frames = CountedFrames(in: memory.range)
    var space = try PageTables(through: memory.window, largestPage: .twoMiB, frames: &frames)
    try space.map(area, to: range(0, 6 * mib + 4096), permissions: .readWrite, frames: &frames)
    #expect(space.tableCount == 4 && space.pageCounts[1] == 3)
    var seen: [(VirtualAddress, PhysicalAddress, PageSize)] = []
    try space.unmap(area, size: 6 * mib + 4096, frames: &frames) { seen.append(($0, $1, $2)) }
    #expect(seen.map(\.0) == [area, area + 2 * mib, area + 4 * mib, area + 6 * mib])
    #expect(seen.map(\.1.value) == [0, 2 * mib, 4 * mib, 6 * mib])
    #expect(seen.map(\.2) == [.twoMiB, .twoMiB, .twoMiB, .fourKiB])
    #expect(space.tableCount == 1 && frames.used(since: memory.range.start) == 1)
    #expect(space.pageCounts[0] == 0 && space.pageCounts[1] == 0)
    #expect(space.translate(area) == nil)
  }

  @Test func tablesInUseStay() throws {
    var frames = CountedFrames(in: memory.range)
    var space = try PageTables(through: memory.window, largestPage: .oneGiB, frames: &frames)
    try space.map(area, to: range(0x1000, 0x4000), permissions: .readWrite, frames: &frames)
    try space.unmap(area + 4096, size: 4096, frames: &frames) { _, _, _ in }
    #expect(space.tableCount == 4)
    #expect(space.translate(area)?.address == PhysicalAddress(0x1000))
    #expect(space.translate(area + 4096) == nil)
    #expect(space.translate(area + 8192)?.address == PhysicalAddress(0x3000))
  }

  @Test func aLargePageIsDividedAtBothEnds() throws {
    var frames = CountedFrames(in: memory.range)
    var space = try PageTables(through: memory.window, largestPage: .oneGiB, frames: &frames)
    try space.map(area, to: range(0, 1 << 30), permissions: .readExecute, frames: &frames)
    let hole = area + 5 * mib + 4096
    try space.unmap(hole, size: 3 * mib, frames: &frames) { _, _, _ in }
    #expect(space.translate(hole) == nil && space.translate(hole + (3 * mib - 1)) == nil)
    let before = space.translate(hole - 1)
    #expect(before?.address == PhysicalAddress(5 * mib + 4095))
    #expect(before?.size == .fourKiB && before?.permissions == .readExecute)
    #expect(space.translate(hole + 3 * mib)?.address == PhysicalAddress(8 * mib + 4096))
    #expect(space.translate(area + 10 * mib)?.size == .twoMiB)
    #expect(frames.used(since: memory.range.start) == space.tableCount)
  }

  @Test func protectionChangesTheRangeAndNothingElse() throws {
    var frames = CountedFrames(in: memory.range)
    var space = try PageTables(through: memory.window, largestPage: .twoMiB, frames: &frames)
    try space.map(area, to: range(0, 4 * mib), permissions: .readWrite, frames: &frames)
    var changed: [VirtualAddress] = []
    try space.protect(
      area + 8192, size: 8192, permissions: .read, frames: &frames, changed: { changed.append($0) })
    #expect(changed == [area + 8192, area + 12288])
    #expect(space.translate(area + 4096)?.permissions == .readWrite)
    #expect(space.translate(area + 8192)?.permissions == .read)
    #expect(space.translate(area + 16384)?.permissions == .readWrite)
    #expect(space.translate(area + 2 * mib)?.size == .twoMiB)
  }

  /// Nothing is changed unless everything can be.
  @Test func aHoleInTheRangeIsRefused() throws {
    var frames = CountedFrames(in: memory.range)
    var space = try PageTables(through: memory.window, largestPage: .twoMiB, frames: &frames)
    try space.map(area, to: range(0, 8192), permissions: .readWrite, frames: &frames)
    #expect(throws: PagingError.notMapped(area + 8192)) {
      try space.unmap(area, size: 12288, frames: &frames) { _, _, _ in Issue.record("removed") }
    }
    #expect(throws: PagingError.notMapped(area + 8192)) {
      try space.protect(area, size: 12288, permissions: .read, frames: &frames) { _ in }
    }
    #expect(space.translate(area)?.permissions == .readWrite)
    #expect(throws: PagingError.unaligned) {
      try space.unmap(area + 1, size: 4096, frames: &frames) { _, _, _ in }
    }
  }

  @Test func cacheModesAreKept() throws {
    var frames = CountedFrames(in: memory.range)
    var space = try PageTables(through: memory.window, largestPage: .twoMiB, frames: &frames)
    try space.map(area, to: range(0, 2 * mib), permissions: .framebuffer, frames: &frames)
    #expect(space.translate(area)?.permissions.cacheMode == .writeCombining)
    try space.protect(area, size: 4096, permissions: .device, frames: &frames) { _ in }
    #expect(space.translate(area)?.permissions.cacheMode == .uncached)
    #expect(space.translate(area + 4096)?.permissions.cacheMode == .writeCombining)
  }

  /// Random calls against a table of what should be mapped, one entry a page.
  @Test(arguments: 1...8) func randomChangesAgreeWithAModel(seed: UInt64) throws {
    let memory = SimulatedMemory(at: 0x10_0000, size: 128 * 4096)
    var frames = CountedFrames(in: memory.range)
    var space = try PageTables(through: memory.window, largestPage: .twoMiB, frames: &frames)
    let pages = 2048
    var model = [(frame: UInt64, permissions: PagePermissions)?](repeating: nil, count: pages)
    var random = SplitMix(state: seed)
    let kinds: [PagePermissions] = [.read, .readWrite, .readExecute, .device, .framebuffer]
    for _ in 0..<300 {
      let first = Int.random(in: 0..<pages, using: &random)
      let count = min(Int.random(in: 1...700, using: &random), pages - first)
      let address = area + UInt64(first) * 4096
      let permissions = kinds.randomElement(using: &random)!
      let all = model[first..<first + count]
      switch Int.random(in: 0..<3, using: &random) {
      case 0 where all.allSatisfy { $0 == nil }:
        // Now and then where a large page fits.
        let base = UInt64(first) * 4096 + (Bool.random(using: &random) ? 1 << 30 : 4096)
        try space.map(
          address, to: range(base, base + UInt64(count) * 4096), permissions: permissions,
          frames: &frames)
        for index in 0..<count { model[first + index] = (base + UInt64(index) * 4096, permissions) }
      case 1 where all.allSatisfy { $0 != nil }:
        var removed: UInt64 = 0
        try space.unmap(address, size: UInt64(count) * 4096, frames: &frames) {
          removed += $2.bytes
        }
        #expect(removed == UInt64(count) * 4096)
        for index in 0..<count { model[first + index] = nil }
      case 2 where all.allSatisfy { $0 != nil }:
        try space.protect(
          address, size: UInt64(count) * 4096, permissions: permissions, frames: &frames
        ) { _ in }
        for index in 0..<count { model[first + index]!.permissions = permissions }
      default: continue
      }
      #expect(frames.used(since: memory.range.start) == space.tableCount)
      try #require(space.brokenInvariant == nil)
    }
    for index in 0..<pages {
      let found = space.translate(area + UInt64(index) * 4096)
      #expect(found?.address.value == model[index]?.frame)
      #expect(found?.permissions == model[index]?.permissions)
    }
    let mapped = (0..<3).reduce(UInt64(0)) { $0 + space.pageCounts[$1] << (9 * UInt64($1)) }
    #expect(mapped == UInt64(model.count { $0 != nil }))
    // The lowest hole of each size, counted page by page.
    for size in [1, 7, 100, 700] {
      var expected: VirtualAddress?
      for first in 0...pages - size where model[first..<first + size].allSatisfy({ $0 == nil }) {
        expected = area + UInt64(first) * 4096
        break
      }
      let found = space.findHole(
        of: UInt64(size) * 4096, alignedTo: 4096, from: area, to: area + UInt64(pages) * 4096)
      #expect(found == expected)
    }
  }

  @Test func aHoleIsAlignedAndInside() throws {
    var frames = CountedFrames(in: memory.range)
    var space = try PageTables(through: memory.window, largestPage: .twoMiB, frames: &frames)
    try space.map(area, to: range(0, 4096), permissions: .read, frames: &frames)
    let end = area + 4 * mib
    #expect(space.findHole(of: 4096, alignedTo: 4096, from: area, to: end) == area + 4096)
    #expect(space.findHole(of: 4096, alignedTo: 2 * mib, from: area, to: end) == area + 2 * mib)
    #expect(space.findHole(of: 4 * mib, alignedTo: 4096, from: area, to: end) == nil)
    #expect(
      space.findHole(of: 4 * mib - 4096, alignedTo: 4096, from: area, to: end) == area + 4096)
  }
}

private struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
