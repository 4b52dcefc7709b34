import Addressing
import Paging
import SimulatedMemory
import Testing

private let directMap = VirtualAddress(0xffff_8880_0000_0000)
private let kib: UInt64 = 1 << 10
private let mib: UInt64 = 1 << 20
private let gib: UInt64 = 1 << 30

private func range(_ start: UInt64, _ end: UInt64) -> AddressRange {
  AddressRange(from: PhysicalAddress(start), to: PhysicalAddress(end))
}

@Suite struct MappingTests {
  let memory = SimulatedMemory(at: 0x10_0000, size: 64 * 4096)

  /// Maps `physical` at its place in a direct map and checks every page's edges.
  @Test(arguments: [
    // start, end, largest page, pages of 4 KiB, 2 MiB, 1 GiB, tables
    (0, 4096, PageSize.oneGiB, 1, 0, 0, 4),
    (0x1000, 0x9f000, .oneGiB, 158, 0, 0, 4),
    (0, 2 * mib, .twoMiB, 0, 1, 0, 3),
    (0x1000, 4 * mib, .twoMiB, 511, 1, 0, 4),
    (mib, 5 * mib, .twoMiB, 512, 1, 0, 5),
    (0, gib, .oneGiB, 0, 0, 1, 2),
    (0, gib, .twoMiB, 0, 512, 0, 3),
    (gib - 2 * mib, 3 * gib + 4096, .oneGiB, 1, 1, 2, 5),
    (511 * gib, 513 * gib, .oneGiB, 0, 0, 2, 3),
    (1 << 44, 1 << 44 + gib, .oneGiB, 0, 0, 1, 2),
  ])
  func theLargestPagesThatFitAreUsed(
    start: UInt64, end: UInt64, largest: PageSize, small: UInt64, medium: UInt64, large: UInt64,
    tables: UInt64
  ) throws {
    var frames = CountedFrames(in: memory.range)
    var space = try PageTables(through: memory.window, largestPage: largest, frames: &frames)
    try space.map(
      directMap + start, to: range(start, end), permissions: .readWrite, frames: &frames)

    #expect(space.pageCounts[0] == small)
    #expect(space.pageCounts[1] == medium)
    #expect(space.pageCounts[2] == large)
    #expect(space.tableCount == tables)
    for address in [start, end - 1, start + (end - start) / 2] {
      let found = space.translate(directMap + address)
      #expect(found?.address == PhysicalAddress(address))
      #expect(found?.permissions == .readWrite)
    }
    #expect(space.translate(directMap + end) == nil)
    if start > 0 { #expect(space.translate(directMap + (start - 1)) == nil) }
  }

  @Test func everyPageOfAMappingLeadsToItsFrame() throws {
    var frames = CountedFrames(in: memory.range)
    var space = try PageTables(through: memory.window, largestPage: .twoMiB, frames: &frames)
    let virtual = VirtualAddress(0xffff_ffff_8020_1000)
    try space.map(
      virtual, to: range(0x30_3000, 0x80_5000), permissions: .readExecute, frames: &frames)
    for offset in stride(from: UInt64(0), to: 0x50_2000, by: 4096) {
      #expect(space.translate(virtual + offset)?.address == PhysicalAddress(0x30_3000 + offset))
    }
    // The two addresses never agree in their low 21 bits.
    #expect(space.pageCounts[1] == 0)
  }

  @Test func permissionsAreKeptApart() throws {
    var frames = CountedFrames(in: memory.range)
    var space = try PageTables(through: memory.window, largestPage: .oneGiB, frames: &frames)
    let kinds: [PagePermissions] = [.read, .readWrite, .readExecute, .device]
    for (index, permissions) in kinds.enumerated() {
      let start = UInt64(index) * 4096
      try space.map(
        directMap + start, to: range(start, start + 4096), permissions: permissions,
        frames: &frames)
    }
    for (index, permissions) in kinds.enumerated() {
      let found = space.translate(directMap + UInt64(index) * 4096)
      #expect(found?.permissions == permissions)
    }
  }

  @Test func sharedEntriesLeadToTheSameMemory() throws {
    var frames = CountedFrames(in: memory.range)
    var space = try PageTables(through: memory.window, largestPage: .oneGiB, frames: &frames)
    try space.map(directMap, to: range(0, 600 * gib), permissions: .readWrite, frames: &frames)
    let alias = VirtualAddress(0x0880_0000_0000)
    try space.shareEntries(of: directMap, at: alias, count: 2, frames: &frames)
    for address in [0, 511 * gib, 512 * gib + 4096, 600 * gib - 1] {
      #expect(space.translate(alias + address) == space.translate(directMap + address))
    }
    #expect(space.translate(alias + 600 * gib) == nil)
    #expect(space.tableCount == 3)
  }

  @Test(
    arguments: [
      (0xffff_ff80_0000_0000, 1, 2), (0xffff_ffff_ffff_f000, 1, 2), (0x7f80_0000_1000, 1, 2),
      (0xffff_8000_0000_0000, 256, 257), (0xffff_8000_0000_0000, 256, 1 << 25),
      (0xffff_8000_0000_0000, 256, .max), (0x7000_0000_0000, 32, 33),
    ] as [(UInt64, UInt64, UInt64)])
  func sharedEntriesEndWithTheirHalf(_ address: UInt64, _ fits: UInt64, _ tooMany: UInt64) throws {
    var frames = CountedFrames(in: memory.range)
    var space = try PageTables(through: memory.window, largestPage: .oneGiB, frames: &frames)
    let high = VirtualAddress(address)
    let start = VirtualAddress(address & ~(1 << 39 - 1))
    let low = VirtualAddress(0)
    try space.shareEntries(of: high, at: low, count: fits, frames: &frames)
    try space.shareEntries(of: low, at: high, count: fits, frames: &frames)
    #expect(throws: PagingError.notCanonical(start)) {
      try space.shareEntries(of: high, at: low, count: tooMany, frames: &frames)
    }
    #expect(throws: PagingError.notCanonical(tooMany > 256 ? low : start)) {
      try space.shareEntries(of: low, at: high, count: tooMany, frames: &frames)
    }
  }

  @Test func theLastPageOfTheAddressSpaceCanBeMapped() throws {
    var frames = CountedFrames(in: memory.range)
    var space = try PageTables(through: memory.window, largestPage: .oneGiB, frames: &frames)
    let last = VirtualAddress(0xffff_ffff_ffff_f000)
    try space.map(last, to: range(0x1000, 0x2000), permissions: .read, frames: &frames)
    #expect(space.translate(last)?.address == PhysicalAddress(0x1000))
  }
}

@Suite struct MappingErrorTests {
  let memory = SimulatedMemory(at: 0x10_0000, size: 16 * 4096)

  @Test func whatIsMappedIsNotChanged() throws {
    var frames = CountedFrames(in: memory.range)
    var space = try PageTables(through: memory.window, largestPage: .twoMiB, frames: &frames)
    try space.map(directMap, to: range(0, 2 * mib), permissions: .readWrite, frames: &frames)
    // Under a large page, and over a small one.
    let taken = directMap + 0x5000
    #expect(throws: PagingError.alreadyMapped(taken)) {
      try space.map(taken, to: range(0x8000, 0x9000), permissions: .read, frames: &frames)
    }
    try space.map(
      directMap + 4 * mib + 4096, to: range(0, 4096), permissions: .read, frames: &frames)
    #expect(throws: PagingError.alreadyMapped(directMap + 4 * mib)) {
      try space.map(
        directMap + 4 * mib, to: range(8 * mib, 10 * mib), permissions: .read, frames: &frames)
    }
    #expect(space.translate(taken)?.address == PhysicalAddress(0x5000))
    #expect(space.translate(directMap + 4 * mib + 4096)?.address == .zero)
  }

  @Test func runningOutOfTableFramesIsAnError() throws {
    var frames = CountedFrames(in: AddressRange(at: memory.range.start, size: 3 * 4096))
    var space = try PageTables(through: memory.window, largestPage: .oneGiB, frames: &frames)
    #expect(throws: PagingError.outOfTableFrames) {
      try space.map(directMap, to: range(0, 4096), permissions: .read, frames: &frames)
    }
    #expect(space.translate(directMap) == nil)
  }

  @Test func theHoleInTheAddressSpaceCanNotBeMapped() throws {
    var frames = CountedFrames(in: memory.range)
    var space = try PageTables(through: memory.window, largestPage: .oneGiB, frames: &frames)
    for address: UInt64 in [0x7fff_ffff_f000, 0x8000_0000_0000, 0xffff_ffff_ffff_f000] {
      #expect(throws: PagingError.notCanonical(VirtualAddress(address))) {
        try space.map(
          VirtualAddress(address), to: range(0, 0x2000), permissions: .read, frames: &frames)
      }
    }
  }

  @Test(arguments: [(0x1001, 0, 0x1000), (0x1000, 0x10, 0x1010), (0x1000, 0, 0x800)])
  func oddBytesAreRefused(virtual: UInt64, start: UInt64, end: UInt64) throws {
    var frames = CountedFrames(in: memory.range)
    var space = try PageTables(through: memory.window, largestPage: .oneGiB, frames: &frames)
    #expect(throws: PagingError.unaligned) {
      try space.map(
        VirtualAddress(virtual), to: range(start, end), permissions: .read, frames: &frames)
    }
  }
}
