import Addressing
import Firmware
import Testing

private func entry(_ start: UInt64, _ end: UInt64, _ type: MemoryType) -> MemoryMap.Entry {
  MemoryMap.Entry(
    AddressRange(from: PhysicalAddress(start), to: PhysicalAddress(end)), type)
}

private func sanitized(_ list: [MemoryMap.Entry]) -> ([MemoryMap.Entry], String) {
  var map = MemoryMap()
  var log = TextLog()
  for entry in list { map.append(entry, log: &log) }
  map.sanitize(log: &log)
  return (entries(of: map), log.text)
}

@Suite struct MemoryMapTests {
  @Test func leastUsableWins() {
    let (result, log) = sanitized([
      entry(0x3000, 0x9000, .usable),
      entry(0x1000, 0x4000, .usable),
      entry(0x2000, 0x3000, .reserved),
      entry(0x8000, 0xa000, .acpiNVS),
      entry(0x8000, 0xb000, .acpiData),
      entry(0x5000, 0x5000, .unusable),
      entry(0x6000, 0x6400, MemoryType(rawValue: 9)),
    ])
    #expect(
      result == [
        entry(0x1000, 0x2000, .usable),
        entry(0x2000, 0x3000, .reserved),
        entry(0x3000, 0x6000, .usable),
        entry(0x6000, 0x6400, MemoryType(rawValue: 9)),
        entry(0x6400, 0x8000, .usable),
        entry(0x8000, 0xa000, .acpiNVS),
        entry(0xa000, 0xb000, .acpiData),
      ])
    #expect(log == "")
  }

  @Test func softReservedAndOldPersistentStayApart() {
    for type in [MemoryType.softReserved, .persistentLegacy] {
      let (result, _) = sanitized([
        entry(0x1000, 0x3000, type), entry(0x3000, 0x5000, type), entry(0x3800, 0x4800, .usable),
      ])
      #expect(
        result == [
          entry(0x1000, 0x3000, type), entry(0x3000, 0x3800, type), entry(0x3800, 0x4800, type),
          entry(0x4800, 0x5000, type),
        ])
    }
    let (result, _) = sanitized([
      entry(0x1000, 0x3000, .persistent), entry(0x3000, 0x5000, .persistent),
    ])
    #expect(result == [entry(0x1000, 0x5000, .persistent)])
  }

  @Test func wrappingEntriesNeverBecomeUsable() {
    var map = MemoryMap()
    var log = TextLog()
    let last = PhysicalAddress(0xffff_ffff_ffff_f000)
    map.append(start: last, size: 0x2000, type: .usable, log: &log)
    map.append(start: last, size: 0x2000, type: .reserved, log: &log)
    map.append(start: PhysicalAddress(0x1000), size: .max, type: .acpiData, log: &log)
    map.sanitize(log: &log)
    #expect(entries(of: map) == [entry(0x1000, .max, .acpiData)])
    #expect(
      log.lines == [
        "memory map: 0x2000 bytes at 0xfffffffffffff000 pass the end of the address space: left out",
        "memory map: 0x2000 bytes at 0xfffffffffffff000 pass the end of the address space: cut there",
        "memory map: 0xffffffffffffffff bytes at 0x1000 pass the end of the address space: cut there",
      ])
  }

  /// `make fuzz` compares a million.
  @Test func equalsTheModel() {
    #expect(RandomMaps.compare(300, seed: 2) == [])
  }

  @Test func linesAreLinux() {
    var map = MemoryMap()
    var log = TextLog()
    map.append(entry(0, 0x9fc00, .usable), log: &log)
    map.append(entry(0x9fc00, 0xa0000, .reserved), log: &log)
    map.append(entry(0xbf79_e000, 0xbf7a_0000, MemoryType(rawValue: 9)), log: &log)
    map.append(entry(0x1_0000_0000, 0x1_4000_0000, .persistent), log: &log)
    map.append(entry(0x1_4000_0000, 0x1_8000_0000, .persistentLegacy), log: &log)
    map.append(entry(0x1_8000_0000, 0x1_8000_1000, .softReserved), log: &log)
    map.append(entry(0x1_9000_0000, 0x1_9000_1000, .unusable), log: &log)
    map.write(source: "BIOS-e820", to: &log)
    #expect(
      log.lines == [
        "BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff]  System RAM",
        "BIOS-e820: [mem 0x000000000009fc00-0x000000000009ffff]  device reserved",
        "BIOS-e820: [gap 0x00000000000a0000-0x00000000bf79dfff]",
        "BIOS-e820: [mem 0x00000000bf79e000-0x00000000bf79ffff]  type 9",
        "BIOS-e820: [gap 0x00000000bf7a0000-0x00000000ffffffff]",
        "BIOS-e820: [mem 0x0000000100000000-0x000000013fffffff]  persistent RAM (type 7)",
        "BIOS-e820: [mem 0x0000000140000000-0x000000017fffffff]  persistent RAM (type 12)",
        "BIOS-e820: [mem 0x0000000180000000-0x0000000180000fff]  soft reserved",
        "BIOS-e820: [gap 0x0000000180001000-0x000000018fffffff]",
        "BIOS-e820: [mem 0x0000000190000000-0x0000000190000fff]  unusable",
      ])
  }

  @Test func answersQuestions() {
    var map = MemoryMap()
    var log = TextLog()
    map.append(entry(0x1000, 0x3000, .usable), log: &log)
    map.append(entry(0x3000, 0x4000, .reserved), log: &log)
    map.append(entry(0x5000, 0x6000, .usable), log: &log)
    func answers(_ start: UInt64, _ end: UInt64) -> [Bool] {
      let range = AddressRange(from: PhysicalAddress(start), to: PhysicalAddress(end))
      return [
        map.covers(range, type: .usable), map.covers(range, type: nil),
        map.touches(range, type: .reserved), map.touches(range, type: nil),
        map.hasOnly(.usable, in: range),
      ]
    }
    #expect(answers(0x1000, 0x3000) == [true, true, false, true, true])
    #expect(answers(0x2000, 0x4000) == [false, true, true, true, false])
    #expect(answers(0x3fff, 0x5001) == [false, false, true, true, false])
    #expect(answers(0x4000, 0x5000) == [false, false, false, false, true])
    #expect(answers(0x0fff, 0x1001) == [false, false, false, true, true])
  }

  @Test func takesTheBIOSsPlacesOut() {
    var map = MemoryMap()
    var log = TextLog()
    map.append(entry(0, 0x20_0000, .usable), log: &log)
    map.trimBIOSRange(log: &log)
    #expect(
      entries(of: map) == [
        entry(0, 0x1000, .reserved), entry(0x1000, 0xa_0000, .usable),
        entry(0x10_0000, 0x20_0000, .usable),
      ])
  }

  @Test func forgetsWhatWasRemoved() {
    var map = MemoryMap()
    var log = TextLog()
    map.append(entry(0, 0x1000, .usable), log: &log)
    map.append(entry(0x10_0000, 0x20_0000, .usable), log: &log)
    map.removeAll()
    map.append(entry(0x1000, 0x3000, .usable), log: &log)
    #expect(map.endOfRAM(log: &log) == PageFrameNumber(3))
  }

  @Test func updateAndRemove() {
    var map = MemoryMap()
    var log = TextLog()
    map.append(entry(0, 0xa0000, .usable), log: &log)
    map.append(entry(0x10_0000, 0x100_0000, .usable), log: &log)
    let middle = AddressRange(from: PhysicalAddress(0x20_0000), to: PhysicalAddress(0x30_0000))
    let updated = map.update(middle, from: .usable, to: .reserved, log: &log)
    #expect(updated == 0x10_0000)
    let head = AddressRange(at: PhysicalAddress(0), size: 0x1000)
    let updatedHead = map.update(head, from: .usable, to: .reserved, log: &log)
    #expect(updatedHead == 0x1000)
    let top = AddressRange(from: PhysicalAddress(0x80_0000), to: .max)
    let removed = map.remove(top, ofType: .usable, log: &log)
    #expect(removed == 0x80_0000)
    let page = AddressRange(at: PhysicalAddress(0x28_0000), size: 0x1000)
    let removedPage = map.remove(page, ofType: nil, log: &log)
    #expect(removedPage == 0x1000)
    map.sanitize(log: &log)
    #expect(
      entries(of: map) == [
        entry(0, 0x1000, .reserved), entry(0x1000, 0xa0000, .usable),
        entry(0x10_0000, 0x20_0000, .usable), entry(0x20_0000, 0x28_0000, .reserved),
        entry(0x28_1000, 0x30_0000, .reserved), entry(0x30_0000, 0x80_0000, .usable),
      ])
    #expect(
      log.lines == [
        "e820: update [mem 0x00200000-0x002fffff] System RAM ==> device reserved",
        "e820: update [mem 0x00000000-0x00000fff] System RAM ==> device reserved",
        "e820: remove [mem 0x00800000-0xfffffffffffffffe] System RAM",
        "e820: remove [mem 0x00280000-0x00280fff] ",
      ])
  }
  @Test func whatHasOneTypeOnlyMayHaveHoles() {
    var map = MemoryMap()
    var log = TextLog()
    for entry in [entry(0x1000, 0x2000, .usable), entry(0x3000, 0x4000, .reserved)] {
      map.append(entry, log: &log)
    }
    func range(_ start: UInt64, _ end: UInt64) -> AddressRange {
      AddressRange(from: PhysicalAddress(start), to: PhysicalAddress(end))
    }
    let answers = [
      map.hasOnly(.reserved, in: range(0x2000, 0x5000)),
      map.hasOnly(.reserved, in: range(0x1fff, 0x5000)),
      map.hasOnly(.usable, in: range(0x1000, 0x3001)),
    ]
    #expect(answers == [true, false, false])
  }
}
