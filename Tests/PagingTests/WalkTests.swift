import Addressing
import Paging
import SimulatedMemory
import Testing

@Suite struct WalkTests {
  private struct Text: TextSink {
    var bytes: [UInt8] = []
    mutating func write(_ byte: UInt8) { bytes.append(byte) }
  }

  private let memory = SimulatedMemory(at: 0x10_0000, size: 16 * 4096)
  private let virtual = VirtualAddress(0xffff_8880_0020_3000)

  private func lines(of address: VirtualAddress, in tables: borrowing PageTables) -> [String] {
    var lines: [String] = []
    tables.walk(address) { step in
      var text = Text()
      step.write(to: &text)
      lines.append(String(decoding: text.bytes, as: UTF8.self))
    }
    return lines
  }

  @Test func everyEntryOnTheWayIsShown() throws {
    var frames = CountedFrames(in: memory.range)
    var tables = try PageTables(through: memory.window, largestPage: .oneGiB, frames: &frames)
    try tables.map(
      virtual, to: AddressRange(at: PhysicalAddress(0x7000), size: 4096), permissions: .read,
      frames: &frames)
    #expect(
      lines(of: virtual + 0xabc, in: tables) == [
        "pgd[273] at 0x0000000000100888: 0x0000000000101003 table",
        "pud[  0] at 0x0000000000101000: 0x0000000000102003 table",
        "pmd[  1] at 0x0000000000102008: 0x0000000000103003 table",
        "pte[  3] at 0x0000000000103018: 0x8000000000007101 page r--",
      ])
    #expect(
      lines(of: virtual + 0x1000, in: tables).last
        == "pte[  4] at 0x0000000000103020: 0x0000000000000000 not present")
    #expect(
      lines(of: VirtualAddress(0), in: tables)
        == ["pgd[  0] at 0x0000000000100000: 0x0000000000000000 not present"])
  }

  @Test func aLargePageEndsTheWalk() throws {
    var frames = CountedFrames(in: memory.range)
    var tables = try PageTables(through: memory.window, largestPage: .twoMiB, frames: &frames)
    let start = VirtualAddress(0xffff_8880_0040_0000)
    try tables.map(
      start, to: AddressRange(at: PhysicalAddress(0x20_0000), size: 2 << 20),
      permissions: .readWrite, frames: &frames)
    let lines = lines(of: start + 0x1234, in: tables)
    #expect(lines.count == 3)
    #expect(lines.last == "pmd[  2] at 0x0000000000102010: 0x8000000000200183 page rw-")
    var last: WalkStep?
    tables.walk(start) { last = $0 }
    #expect(last?.level == 1)
    #expect(last?.isLast == true)
  }
}
