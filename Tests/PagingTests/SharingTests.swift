import Addressing
import Paging
import SimulatedMemory
import Testing

private let kernel = VirtualAddress(0xffff_8880_0000_0000)
private let program = VirtualAddress(0x80_0000_0000)

private func page(_ number: UInt64) -> AddressRange {
  AddressRange(at: PhysicalAddress(number << 12), size: 4096)
}

/// Address spaces that have a part in common, with four levels of tables and with five.
@Suite struct SharingTests {
  let memory = SimulatedMemory(at: 0x10_0000, size: 64 * 4096)

  private func space(_ levels: Int, _ frames: inout CountedFrames) throws -> PageTables {
    try PageTables(
      through: memory.window, largestPage: .twoMiB, levels: levels, frames: &frames)
  }

  @Test(arguments: [4, 5])
  func whatIsMappedLaterIsSeenInBoth(levels: Int) throws {
    var frames = CountedFrames(in: memory.range)
    var first = try space(levels, &frames)
    try first.map(kernel, to: page(1), permissions: .readWrite, frames: &frames)
    var second = try space(levels, &frames)
    try first.shareEntries(with: &second, for: kernel, size: 1 << 40, frames: &frames)
    #expect(second.translate(kernel) == first.translate(kernel))
    try first.map(kernel + (8 << 20), to: page(2), permissions: .read, frames: &frames)
    #expect(second.translate(kernel + (8 << 20))?.address == page(2).start)

    // The next 512 GiB are another entry, which was absent.
    let far = kernel + (1 << 39)
    try first.map(far, to: page(3), permissions: .read, frames: &frames)
    #expect(second.translate(far) == nil)
    try first.shareEntries(with: &second, for: far, size: 4096, frames: &frames)
    #expect(second.translate(far)?.address == page(3).start)
    try second.map(program, to: page(4), permissions: .readWrite, frames: &frames)
    #expect(first.translate(program) == nil)
  }

  @Test(arguments: [4, 5])
  func tearingDownLeavesWhatIsShared(levels: Int) throws {
    var frames = CountedFrames(in: memory.range)
    var first = try space(levels, &frames)
    try first.map(kernel, to: page(1), permissions: .readWrite, frames: &frames)
    let used = frames.used(since: memory.range.start)
    var second = try space(levels, &frames)
    try first.shareEntries(with: &second, for: kernel, size: 1 << 39, frames: &frames)
    try second.map(program, to: page(4), permissions: .readWrite, frames: &frames)
    try second.map(
      program + (3 << 30), to: AddressRange(at: PhysicalAddress(2 << 20), size: 2 << 20),
      permissions: .read, frames: &frames)
    try second.map(program + (1 << 39), to: page(5), permissions: .read, frames: &frames)

    var removed: [(PhysicalAddress, PageSize)] = []
    second.tearDown(owning: program, size: 2 << 39, frames: &frames) { removed.append(($0, $1)) }
    #expect(removed.map(\.0.value) == [4 << 12, 2 << 20, 5 << 12])
    #expect(removed.map(\.1) == [.fourKiB, .twoMiB, .fourKiB])
    #expect(frames.used(since: memory.range.start) == used)
    #expect(first.translate(kernel)?.address == page(1).start)
  }

  /// Every entry on the way to a page of ring 3's lets ring 3 through, and none is global.
  @Test func ringThreeIsLetThroughToItsPagesAlone() throws {
    var frames = CountedFrames(in: memory.range)
    var space = try space(4, &frames)
    func bits(_ address: VirtualAddress) -> [UInt64] {
      var bits: [UInt64] = []
      space.walk(address) { bits.append($0.bits & 0x104) }
      return bits
    }
    try space.map(program, to: page(1), permissions: .readWrite, frames: &frames)
    #expect(bits(program) == [0, 0, 0, 0x100])
    let user = PagePermissions(write: true, user: true)
    try space.map(program + 4096, to: page(2), permissions: user, frames: &frames)
    #expect(bits(program + 4096) == [4, 4, 4, 4])
    #expect(bits(program) == [4, 4, 4, 0x100])
    #expect(space.translate(program + 4096)?.permissions == user)
    #expect(space.translate(program)?.permissions.user == false)

    // A large page that is divided stays ring 3's.
    let large = program + (1 << 30)
    try space.map(
      large, to: AddressRange(at: PhysicalAddress(2 << 20), size: 2 << 20), permissions: user,
      frames: &frames)
    try space.unmap(large, size: 4096, frames: &frames) { _, _, _ in }
    #expect(bits(large + 4096) == [4, 4, 4, 4])
  }

  /// The page in the way is named, not where the range starts.
  @Test func thePageInTheWayIsNamed() throws {
    var frames = CountedFrames(in: memory.range)
    var space = try space(4, &frames)
    try space.map(program + 0x5000, to: page(1), permissions: .read, frames: &frames)
    #expect(space.firstMapped(from: program, size: 0x5000) == nil)
    #expect(space.firstMapped(from: program, size: 0x5001) == program + 0x5000)
    #expect(space.firstMapped(from: program + 0x5800, size: 1) == program + 0x5800)
    #expect(space.firstMapped(from: program + 0x6000, size: 1 << 40) == nil)
    #expect(space.firstMapped(from: program + 0x5000, size: 0) == nil)
    #expect(space.firstMapped(from: VirtualAddress(0xffff_ffff_ffff_f000), size: 4096) == nil)
  }

  /// With five levels addresses have 57 bits, and a walk one entry more.
  @Test func fiveLevelsReachFurther() throws {
    var frames = CountedFrames(in: memory.range)
    var space = try space(5, &frames)
    let far = VirtualAddress(0x00ff_1234_5678_9000)
    try space.map(far, to: page(7), permissions: .read, frames: &frames)
    #expect(space.translate(far + 5)?.address == page(7).start + 5)
    #expect(space.tableCount == 5)
    var names: [String] = []
    struct Text: TextSink {
      var bytes: [UInt8] = []
      mutating func write(_ byte: UInt8) { bytes.append(byte) }
    }
    space.walk(far) { step in
      var text = Text()
      step.write(to: &text)
      names.append(String(decoding: text.bytes.prefix(3), as: UTF8.self))
    }
    #expect(names == ["pgd", "p4d", "pud", "pmd", "pte"])
    #expect(throws: PagingError.notCanonical(VirtualAddress(1 << 56))) {
      try space.map(VirtualAddress(1 << 56), to: page(1), permissions: .read, frames: &frames)
    }
    try space.unmap(far, size: 4096, frames: &frames) { _, _, _ in }
    #expect(space.tableCount == 1 && frames.used(since: memory.range.start) == 1)
  }
}
