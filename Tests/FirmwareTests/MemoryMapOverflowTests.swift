import Addressing
import Firmware
import Testing

/// More entries than the table holds: memory may be lost, but nothing reserved becomes usable.
@Suite struct MemoryMapOverflowTests {
  private func page(_ number: Int, _ count: Int, _ type: MemoryType) -> MemoryMap.Entry {
    MemoryMap.Entry(
      AddressRange(at: PhysicalAddress(UInt64(number) << 12), size: UInt64(count) << 12), type)
  }

  /// Whether no byte that `list` calls reserved is usable in `map`, and none is that `list`
  /// doesn't call usable.
  private func isSafe(_ map: [MemoryMap.Entry], _ list: [MemoryMap.Entry]) -> Bool {
    let reserved = list.filter { $0.type > .usable }.sorted { $0.start < $1.start }
    let usable = list.filter { $0.type == .usable }.sorted { $0.start < $1.start }
    var next = (reserved: 0, usable: 0)
    for kept in map where kept.type == .usable {
      // None of the lists overlaps itself, so that a place in each is enough.
      while next.reserved < reserved.count, reserved[next.reserved].end <= kept.start {
        next.reserved += 1
      }
      while next.usable < usable.count, usable[next.usable].end <= kept.start { next.usable += 1 }
      if next.reserved < reserved.count, reserved[next.reserved].start < kept.end { return false }
      guard next.usable < usable.count, usable[next.usable].range.contains(kept.range) else {
        return false
      }
    }
    return true
  }

  @Test func smallUsablePiecesAreLeftOut() {
    // 800 holes in 4 MiB of usable memory make 1,601 pieces; then 1 GiB that must survive.
    var list = [page(0, 4096, .usable)]
    for hole in 0..<800 { list.append(page(5 * hole + 1, 1, .reserved)) }
    list.append(page(1 << 18, 1 << 18, .usable))
    var map = MemoryMap()
    var log = TextLog()
    for entry in list { map.append(entry, log: &log) }
    map.sanitize(log: &log)
    #expect(map.count == 802)
    #expect(isSafe(entries(of: map), list))
    #expect(map[map.count - 1] == list.last)
    #expect(
      log.lines == [
        "memory map: 1602 entries are more than 1024: 800 usable ones below 0x8000 bytes are "
          + "left out, 13094912 bytes in all"
      ])
  }

  @Test func reservedPiecesAreJoinedWhereNothingElseHelps() {
    var list: [MemoryMap.Entry] = []
    for number in 0..<1024 { list.append(page(1 << 20 + 8 * number, 6, .acpiNVS)) }
    for number in 0..<1024 { list.append(page(1 << 20 + 8 * number + 2, 1, .unusable)) }
    list.append(page(16, 64, .usable))
    var map = MemoryMap()
    var log = TextLog()
    for entry in list { map.append(entry, log: &log) }
    map.sanitize(log: &log)
    #expect(map.count <= MemoryMap.capacity)
    #expect(isSafe(entries(of: map), list))
    #expect(log.text.contains("too many entries"))
  }

  @Test func sanitizingJoinsReservedPiecesAcrossGaps() {
    // One wide entry under 1,023 greater ones: 2,047 pieces, none of them usable.
    var list = [page(0, 5000, .reserved)]
    for number in 0..<1023 { list.append(page(4 * number + 1, 1, .acpiNVS)) }
    var map = MemoryMap()
    var log = TextLog()
    for entry in list { map.append(entry, log: &log) }
    map.sanitize(log: &log)
    #expect(entries(of: map) == [page(0, 5000, .reserved)])
    #expect(
      log.lines == [
        "memory map: 2047 entries are more than 1024: 0 usable ones below 0x1000 bytes are left "
          + "out, 0 bytes in all; others are joined as reserved"
      ])
  }

  @Test func reservedEntryPushesTheSmallestUsableOneOut() {
    var map = MemoryMap()
    var log = TextLog()
    var list: [MemoryMap.Entry] = []
    for number in 0..<1024 { list.append(page(1000 + 4 * number, number == 77 ? 1 : 2, .usable)) }
    for entry in list { map.append(entry, log: &log) }
    map.sanitize(log: &log)
    list.append(page(1000, 1, .reserved))
    map.append(list[1024], log: &log)
    map.append(page(1 << 20, 1, .usable), log: &log)
    map.sanitize(log: &log)
    #expect(map.count == 1024)
    #expect(isSafe(entries(of: map), list))
    #expect(
      log.lines == [
        "memory map: too many entries; [mem 0x0051c000-0x0051cfff] usable gives way to what is "
          + "reserved",
        "memory map: too many entries; [mem 0x100000000-0x100000fff] usable is left out",
      ])
  }

  @Test func duplicatesMakeRoomForThemselves() {
    var map = MemoryMap()
    var log = TextLog()
    for round in 0..<5000 { map.append(page(16 + round % 7 * 2, 1, .usable), log: &log) }
    map.sanitize(log: &log)
    #expect(map.count == 7)
    #expect(log.text == "")
  }

  @Test func hiddenBordersAreForgottenWhereTheTableFillsUp() {
    // Unusable memory hides borders, and is itself hidden by soft-reserved memory, which is cut at
    // every border there is.
    var map = MemoryMap()
    var log = TextLog()
    var model = MapModel(units: 400)
    var list = [page(0, 300, .unusable)]
    for number in 0..<1023 { list.append(page(number % 199, 2, .reserved)) }
    list.append(page(0, 300, .softReserved))
    list.append(page(100, 2, .reserved))
    for entry in list {
      let first = Int(entry.start.value >> 12)
      model.add(first..<first + Int(entry.size >> 12), entry.type.rawValue)
      map.append(entry, log: &log)
    }
    map.sanitize(log: &log)
    let result = entries(of: map)
    let wanted = model.entries(scale: 4096, base: 0)
    #expect(joined(result) == joined(wanted))
    #expect(result.count == 3 && wanted.count > 200)
    #expect(log.lines.isEmpty)
  }
}
