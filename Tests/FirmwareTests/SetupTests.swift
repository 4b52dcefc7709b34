import Addressing
import Firmware
import Memblock
import SimulatedMemory
import Testing

private func entry(_ start: UInt64, _ end: UInt64, _ type: MemoryType) -> MemoryMap.Entry {
  MemoryMap.Entry(
    AddressRange(from: PhysicalAddress(start), to: PhysicalAddress(end)), type)
}

private func ranges(_ machine: TestMachine) -> [[UInt64]] {
  machine.memory.map { [$0.base.value, $0.range.end.value] }
}

/// What users of such kernels have reported, a test each.
@Suite struct SetupTests {
  @Test func oneEntryIsNoMapByTheRulesOf6_12() throws {
    let machine = TestMachine([entry(0, 0x8000_0000, .usable)], rules: .linux6_12)
    machine.basicMemory = (640, 130_048)
    try machine.boot()
    #expect(
      machine.lines("BIOS-e8") == [
        "BIOS-e801: [mem 0x0000000000000000-0x000000000009efff] usable",
        "BIOS-e801: [mem 0x0000000000100000-0x0000000007ffffff] usable",
      ])
  }

  @Test func noEntriesFallBack() throws {
    let machine = TestMachine([])
    machine.basicMemory = (640, 130_048)
    try machine.boot()
    #expect(
      machine.lines("BIOS-e8") == [
        "BIOS-e801: [mem 0x0000000000000000-0x000000000009efff]  System RAM",
        "BIOS-e801: [gap 0x000000000009f000-0x00000000000fffff]",
        "BIOS-e801: [mem 0x0000000000100000-0x0000000007ffffff]  System RAM",
      ])
    #expect(ranges(machine) == [[0x1000, 0x9_f000], [0x10_0000, 0x800_0000]])
  }

  /// As since Linux 7.0.
  @Test func oneEntryIsAMap() throws {
    let machine = TestMachine([entry(0, 0x8000_0000, .usable)])
    machine.basicMemory = (640, 130_048)
    try machine.boot()
    #expect(
      machine.lines("BIOS-e8")
        == ["BIOS-e820: [mem 0x0000000000000000-0x000000007fffffff]  System RAM"])
    #expect(ranges(machine) == [[0x1000, 0xa_0000], [0x10_0000, 0x8000_0000]])
  }

  @Test func aNewMapReplacesTheOld() throws {
    var builder = Multiboot2Builder()
    builder.memoryMap([(0, 0xa_0000, 1), (0x10_0000, 0x700_0000, 1)])
    let held = SimulatedMemory(builder.finished(), at: 0x80_0000)
    var log = TextLog()
    let information = try LoaderInformation(multiboot2: held.bytes, log: &log)
    var map = MemoryMap()
    map.append(entry(0x1_0000_0000, 0x2_0000_0000, .usable), log: &log)
    map.fill(from: information, log: &log)
    #expect(
      entries(of: map) == [entry(0, 0xa_0000, .usable), entry(0x10_0000, 0x710_0000, .usable)])
  }

  @Test func nothingAtAllIsSaid() throws {
    let machine = TestMachine()
    try machine.boot()
    #expect(
      machine.log.lines.contains(
        "memory map: the boot loader has neither a map nor the BIOS's counts"))
    // The kernel's own image counts as memory: it is running there.
    #expect(ranges(machine) == [[0x100_0000, 0x3c1_1000]])
    #expect(machine.log.lines.contains(".text .data .bss are not marked as E820_TYPE_RAM!"))
  }

  @Test func twoEntriesAreAMap() throws {
    let machine = TestMachine([entry(0, 0xa_0000, .usable), entry(0x10_0000, 0x800_0000, .usable)])
    machine.basicMemory = (1, 1)
    try machine.boot()
    #expect(ranges(machine) == [[0x1000, 0xa_0000], [0x10_0000, 0x800_0000]])
  }

  @Test func pagesAreTrimmedInwardsAfterJoining() throws {
    let machine = TestMachine([
      entry(0x100, 0x9_f800, .usable), entry(0x10_0001, 0x400_0800, .usable),
      entry(0x400_0800, 0x500_0fff, .usable), entry(0x600_0400, 0x600_0800, .usable),
      entry(0x1_0000_1000, 0x1_0000_2000, .usable),
    ])
    try machine.boot()
    #expect(
      ranges(machine) == [
        [0x1000, 0x9_f000], [0x10_1000, 0x500_0000], [0x1_0000_1000, 0x1_0000_2000],
      ])
  }

  @Test func reservedInsideUsableStaysReserved() throws {
    let machine = TestMachine([
      entry(0, 0x1000_0000, .usable), entry(0x800_0000, 0x800_1800, .reserved),
      entry(0x900_0000, 0x900_1000, MemoryType(rawValue: 9)),
      entry(0xa00_0000, 0xa00_1000, MemoryType(rawValue: 0x1234_5678)),
    ])
    try machine.boot()
    #expect(
      ranges(machine) == [
        [0x1000, 0xa_0000], [0x10_0000, 0x800_0000], [0x800_2000, 0x900_0000],
        [0x900_1000, 0xa00_0000], [0xa00_1000, 0x1000_0000],
      ])
    #expect(
      machine.lines("BIOS-e820: [mem 0x000000000a000000")
        == ["BIOS-e820: [mem 0x000000000a000000-0x000000000a000fff]  type 305419896"])
  }

  /// As in Linux 7.3, for early allocations while a former kernel's memory is not known.
  @Test func theFirstMebibyteIsScratchUntilItIsReserved() throws {
    for (rules, flags) in [(LinuxRules.linux6_12, RegionFlags.none), (.linux7_3, .scratch)] {
      var memblock = Memblock()
      memblock.rules = rules
      var map = MemoryMap()
      var log = TextLog()
      map.append(entry(0x1000, 0xa_0000, .usable), log: &log)
      map.append(entry(0x10_0000, 0x1000_0000, .usable), log: &log)
      map.append(entry(0x3000_0000, 0x3100_0000, .persistent), log: &log)
      map.sanitize(log: &log)
      try map.register(in: &memblock)
      #expect(memblock.memory.count == 2 && memblock.reserved.count == 0)
      #expect(memblock.memory[0].flags == flags && memblock.memory[1].flags == .none)
      try memblock.reserveFirstMebibyte()
      #expect(memblock.memory[0].flags == .none)
    }
  }

  @Test func firstFreeRangesAreCutToTheBounds() throws {
    var memblock = Memblock()
    try memblock.add(AddressRange(from: PhysicalAddress(0x1000), to: PhysicalAddress(0x9000)))
    try memblock.reserve(AddressRange(from: PhysicalAddress(0x3000), to: PhysicalAddress(0x4000)))
    for (bounds, found) in [
      (0..<0x10000, 0x1000..<0x3000), (0x2000..<0x2800, 0x2000..<0x2800),
      (0x3000..<0x10000, 0x4000..<0x9000), (0x8fff..<0x10000, 0x8fff..<0x9000),
      (0x9000..<0x10000, nil), (0x3000..<0x4000, nil), (0..<0x1000, nil),
    ] as [(Range<UInt64>, Range<UInt64>?)] {
      let range = memblock.firstFreeRange(
        in: AddressRange(
          from: PhysicalAddress(bounds.lowerBound), to: PhysicalAddress(bounds.upperBound)))
      #expect(range?.start.value == found?.lowerBound)
      #expect(range?.end.value == found?.upperBound)
    }
  }

  @Test func softReservedMemoryIsReservedAndCanBeHandedOver() throws {
    var memblock = Memblock()
    var map = MemoryMap()
    var log = TextLog()
    map.append(entry(0x10_0000, 0x1000_0000, .usable), log: &log)
    map.append(entry(0x1000_0000, 0x2000_0000, .softReserved), log: &log)
    map.append(entry(0x2000_0000, 0x3000_0000, .softReserved), log: &log)
    map.sanitize(log: &log)
    try map.register(in: &memblock)
    #expect(memblock.memory.count == 1)
    let isReserved = memblock.isReserved(PhysicalAddress(0x1800_0000))
    #expect(isReserved)
    let wanted = AddressRange(from: PhysicalAddress(0), to: PhysicalAddress(0x1800_0000))
    let bytes = try map.handOverSoftReserved(in: wanted, node: NodeID(1), to: &memblock)
    #expect(bytes == 0x800_0000)
    #expect(memblock.memory.count == 2)
    #expect(memblock.memory[1].flags == .driverManaged)
    #expect(memblock.memory[1].node == NodeID(1))
    #expect(memblock.reserved[0].base == PhysicalAddress(0x1800_0000))
  }

  @Test func biosRegionsAreLinux() throws {
    let low = SimulatedMemory(at: 0, size: 0x1000)
    for (counted, segment, start) in [
      (639, 0x9fc0, 0x9_f000), (636, 0x9f00, 0x9_f000), (600, 0, 0x9_6000), (0, 0, 0x9_f000),
      (640, 0x8000, 0x8_0000), (640, 0x2000, 0x2_0000), (128, 0, 0x2_0000), (127, 0x1fff, 0x9_f000),
      (512, 0x9000, 0x8_0000),
    ] as [(UInt16, UInt16, UInt64)] {
      low.window.store(UInt8(truncatingIfNeeded: counted), at: PhysicalAddress(0x413))
      low.window.store(UInt8(counted >> 8), at: PhysicalAddress(0x414))
      low.window.store(segment, at: PhysicalAddress(0x40e))
      var memblock = Memblock()
      try memblock.reserveBIOSRegions(through: low.window)
      #expect(memblock.reserved.count == 1)
      #expect(memblock.reserved[0].base.value == start)
      #expect(memblock.reserved[0].range.end.value == 0x10_0000)
    }
  }

  @Test func namedReservationsAreAllocated() throws {
    let bytes = Array(
      "reserve_mem=12M:4M:trace reserve_mem=1T:0:much reserve_mem=64K:4096:oops".utf8)
    var map = MemoryMap()
    var log = TextLog()
    let options = BootOptions(reading: bytes.rawBytes, applyingTo: &map, log: &log)
    var memblock = Memblock()
    try memblock.add(AddressRange(at: PhysicalAddress(0x10_0000), size: 0x1000_0000))
    memblock.allocateNamedReservations(options, log: &log)
    #expect(
      log.lines == [
        "reserve_mem: trace [mem 0x0f400000-0x0fffffff]",
        "reserve_mem: much: not reserved: Failed to allocate 0x0000010000000000 bytes",
        "reserve_mem: oops [mem 0x100f0000-0x100fffff]",
      ])
    let found = memblock.reservation(named: options.namedReservations[0].name.bytes)
    #expect(found == AddressRange(at: PhysicalAddress(0xf40_0000), size: 12 << 20))
  }
}
