import Addressing
import Firmware
import Memblock
import Testing

/// Memory in which some bits are stuck at 1.
private struct FaultyMemory: TestableMemory {
  let range: AddressRange
  var stuck: [UInt64: UInt64] = [:]
  private var words: [UInt64: UInt64] = [:]
  private(set) var stores = 0

  init(_ range: AddressRange, stuck: [UInt64: UInt64]) {
    self.range = range
    self.stuck = stuck
  }

  mutating func store(_ value: UInt64, at address: PhysicalAddress) {
    words[address.value] = value
    stores += 1
  }

  mutating func load(at address: PhysicalAddress) -> UInt64 {
    (words[address.value] ?? 0xdead) | (stuck[address.value] ?? 0)
  }
}

@Suite struct MemtestTests {
  private func memblock() throws -> Memblock {
    var memblock = Memblock()
    try memblock.add(AddressRange(at: PhysicalAddress(0x10_0000), size: 0x1000))
    try memblock.add(AddressRange(at: PhysicalAddress(0x20_0000), size: 0x1000))
    try memblock.reserve(AddressRange(at: PhysicalAddress(0x10_0000), size: 0x804))
    return memblock
  }

  private let all = AddressRange(from: PhysicalAddress(0), to: PhysicalAddress(0x100_0000))

  @Test func badWordsAreReserved() throws {
    var memblock = try memblock()
    var log = TextLog()
    var memory = FaultyMemory(
      all, stuck: [0x10_0900: 1, 0x10_0908: 4, 0x20_0ff8: 1 << 63, 0x10_0000: 1])
    let bad = try EarlyMemtest.run(
      patterns: 1, in: all, of: &memblock, through: &memory, log: &log)
    #expect(bad == 24)
    #expect(
      log.lines == [
        "early_memtest: # of tests: 1",
        "  0x0000000000100804 - 0x0000000000101000 pattern 0000000000000000",
        "  0000000000000000 bad mem addr 0x0000000000100900 - 0x0000000000100910 reserved",
        "  0x0000000000200000 - 0x0000000000201000 pattern 0000000000000000",
        "  0000000000000000 bad mem addr 0x0000000000200ff8 - 0x0000000000201000 reserved",
      ])
    #expect(memblock.reserved.count == 3)
    #expect(memblock.reserved[1].range == AddressRange(at: PhysicalAddress(0x10_0900), size: 16))
  }

  @Test func everyPatternIsTriedAndZerosComeLast() throws {
    var memblock = try memblock()
    var log = TextLog()
    // Only a pattern with the bit clear shows that it is stuck; then it is out of the test.
    var memory = FaultyMemory(all, stuck: [0x20_0000: 2])
    let bad = try EarlyMemtest.run(
      patterns: 18, in: all, of: &memblock, through: &memory, log: &log)
    #expect(bad == 8)
    let patterns = log.lines.filter { $0.contains("100804") }.map { String($0.suffix(16)) }
    #expect(patterns.count == 18)
    let digits = ["0", "f", "5", "a", "1", "2", "4", "8", "3", "6", "9", "c", "7", "b", "d", "e"]
    let all = digits.map { String(repeating: $0, count: 16) } + ["4c494e5558726c7a"]
    #expect(patterns == [all[0]] + all.reversed())
  }

  @Test func nothingIsTestedUnasked() throws {
    var memblock = try memblock()
    var log = TextLog()
    var memory = FaultyMemory(all, stuck: [:])
    try EarlyMemtest.run(patterns: 0, in: all, of: &memblock, through: &memory, log: &log)
    let elsewhere = AddressRange(from: PhysicalAddress(0x40_0000), to: PhysicalAddress(0x50_0000))
    try EarlyMemtest.run(patterns: 1, in: elsewhere, of: &memblock, through: &memory, log: &log)
    #expect(memory.stores == 0)
    #expect(log.lines == ["early_memtest: # of tests: 1"])
  }
}
