import Addressing
import Firmware
import Memblock
import SimulatedMemory
import Testing

@testable import EarlyMemory
@testable import MemoryMap

/// What a boot makes of it.
extension PreservationTests {
  private static func map(_ ranges: [(UInt64, UInt64, MemoryType)]) -> MemoryMap {
    var map = MemoryMap()
    var log = TextLog()
    for (start, end, type) in ranges { map.append(.init(range(start, end), type), log: &log) }
    map.sanitize(log: &log)
    return map
  }

  private static let ram: [(UInt64, UInt64, MemoryType)] = [
    (0, 0x9_f000, .usable), (0x10_0000, 0x400_0000, .usable),
  ]

  private func rule(
    _ entries: [PreservationTable.Entry], _ ranges: [(UInt64, UInt64, MemoryType)] = ram,
    taken: AddressRange = range(0x20_0000, 0x60_0000), limit: UInt64 = 1 << 32
  ) throws -> String {
    let written = try Written(entries)
    var memblock = Memblock()
    memblock.currentLimit = PhysicalAddress(limit)
    try memblock.reserveForKernel(taken)
    let map = Self.map(ranges)
    do throws(PreservationViolation) {
      try written.read().check(against: map, memblock)
      return ""
    } catch {
      var log = TextLog()
      error.write(to: &log)
      return log.text
    }
  }

  @Test func whatIsKeptMustBeRAMThatNobodyUses() throws {
    let entries = Self.entries()
    #expect(try rule(entries) == "")
    #expect(
      try rule(entries, [(0x10_0000, 0x200_f000, .usable)])
        == "entry 5 [mem 0x0000000002000000-0x000000000200ffff]: the range must be RAM by the "
        + "firmware's map, and scratch memory in reach")
    #expect(
      try rule(entries, Self.ram + [(0x230_0000, 0x230_0400, .reserved)]).hasPrefix("entry 9 "))
    #expect(try rule(entries, limit: 0x21f_0000).hasPrefix("entry 7 "))
    #expect(
      try rule(entries, taken: Self.range(0x1f0_0000, 0x200_0001))
        == "entry 5 [mem 0x0000000002000000-0x000000000200ffff]: the range must not hold this kernel "
        + "or what was loaded with it")
    #expect(try rule(entries, taken: Self.range(0x202_0000, 0x202_0001)).hasPrefix("entry 6 "))
  }

  /// More ranges than memblock's first table has room for: it grows into the scratch memory that the
  /// table names, and nothing else is allocated over what is kept either.
  @Test(arguments: [3, 200, 1000]) func nothingIsAllocatedOverWhatIsKept(count: Int) throws {
    // The first MiB is scratch memory too: a table that grew in there would be seen.
    let memory = SimulatedMemory(at: 0x10_0000, size: 0x3f0_0000)
    let first: UInt64 = 0x400_0000 - UInt64(count) * 2 * Self.page
    let kept = (0..<UInt64(count)).map {
      Self.range(first + 2 * $0 * Self.page, first + (2 * $0 + 1) * Self.page)
    }
    // As the sender does: 256 KiB, and 256 bytes for an entry.
    let scratchSize = (256 << 10) + (UInt64(count) * 256).alignedUp(to: Self.page)
    let scratch = Self.range(0x100_0000, 0x100_0000 + scratchSize)
    let place = AddressRange(
      at: PhysicalAddress(0x80_0000), size: PreservationTable.size(ofEntries: count + 2))
    var writer = PreservationTable.Writer(in: place, through: memory.window)
    let named = Self.range(0xf0_0000, 0xf0_1234)
    writer.append(.init(.named, named, name: Self.name("keep")))
    writer.append(.init(.scratch, scratch))
    for range in kept { writer.append(.init(.pages, range, name: Self.name("many"))) }
    let table = try writer.finish(generation: 1)

    var memblock = Memblock()
    memblock.allowResize(through: memory.window)
    memblock.currentLimit = memory.range.end
    try memblock.reserveForKernel(place)
    var log = TextLog()
    let map = Self.map(Self.ram)
    try table.check(against: map, memblock)
    for range in kept { memory.window.fill(range, with: 0x5a) }
    try memblock.allocateOnlyScratch(of: table)
    let isLimited = memblock.allocatesOnlyScratch
    #expect(isLimited)
    try map.register(in: &memblock)
    let early = try memblock.allocate(size: 64, alignment: 64, minimum: PhysicalAddress(1 << 20))
    #expect(scratch.contains(early))
    try memblock.free(early)
    try memblock.reservePreserved(of: table)
    let isStillLimited = memblock.allocatesOnlyScratch
    #expect(!isStillLimited)
    try memblock.reserveFirstMebibyte()
    for index in memblock.memory.indices {
      let flags = memblock.memory[index].flags
      #expect(flags == .none)
    }

    for range in kept {
      let isReserved = memblock.isReserved(range)
      #expect(isReserved)
    }
    let found = memblock.reservation(named: Array("keep".utf8).span.raw)
    #expect(found == named)
    var options = BootOptions()
    var commandMap = map
    options = BootOptions(
      reading: Array("reserve_mem=4660:64:keep reserve_mem=4K:4K:other".utf8).span.raw,
      applyingTo: &commandMap, log: &log)
    memblock.allocateNamedReservations(options, log: &log)
    #expect(log.text.contains("reserve_mem: keep [mem 0x00f00000-0x00f01233] kept\n"))
    let other = memblock.reservation(named: Array("other".utf8).span.raw)
    #expect(other != nil)
    // Everything else is allocated, and filled.
    for size in [1 << 20, 1 << 16, Self.page] as [UInt64] {
      while let range = try? memblock.allocate(
        size: size, alignment: size, minimum: PhysicalAddress(1 << 20))
      {
        if kept.contains(where: { $0.overlaps(range) }) || range.overlaps(named) {
          Issue.record("\(range) was allocated")
        }
        memory.window.fill(range, with: 0xff)
      }
    }
    for range in kept {
      for offset in stride(from: 0, to: Self.page, by: 8)
      where memory.window.load(UInt64.self, at: range.start + offset) != 0x5a5a_5a5a_5a5a_5a5a {
        Issue.record("\(range) has changed")
        break
      }
    }
  }

  /// A name that is kept with another size stays what it is.
  @Test func aKeptReservationOfAnotherSizeStays() throws {
    let memory = SimulatedMemory(at: 0x10_0000, size: 0x10_0000)
    var memblock = Memblock()
    memblock.allowResize(through: memory.window)
    memblock.currentLimit = memory.range.end
    try memblock.add(memory.range)
    let range = Self.range(0x18_0000, 0x18_1000)
    try memblock.keep(range, named: Self.name("keep").words)
    var log = TextLog()
    var map = MemoryMap()
    for text in ["reserve_mem=8K:4K:keep", "reserve_mem=4K:1M:keep"] {
      let options = BootOptions(
        reading: Array(text.utf8).span.raw, applyingTo: &map, log: &log)
      memblock.allocateNamedReservations(options, log: &log)
    }
    #expect(log.lines.count == 2 && log.lines.allSatisfy { $0.contains("keep: not reserved: ") })
    let found = memblock.reservation(named: Array("keep".utf8).span.raw)
    let (first, second) = (memblock.namedReservation(0)?.range, memblock.namedReservation(1)?.range)
    #expect(found == range)
    #expect(first == range)
    #expect(second == nil)
  }
}
