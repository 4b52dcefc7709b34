import SerialHarness
import Testing

@Suite struct MemoryLogTests {
  private let log = MemoryLog(
    lines: """
      [    0.000000] BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable
      BIOS-e820: [gap 0x000000000009fc00-0x00000000000fffff]
      BIOS-e820: [mem 0x0000000000100000-0x000000007ffdffff]  ACPI data
      user: [mem 0x0000000000000000-0x0000000000000fff]  device reserved
      user: [mem 0x0000000000001000-0x0000000000001fff]  System RAM
      user: [mem 0x0000000000002000-0x0000000000002fff]  persistent RAM (type 7)
      [    0.012345] MEMBLOCK configuration:
      [    0.012345]  memory size = 0x000000007ff7ec00 reserved size = 0x0000000002f4cf58
       memory.cnt  = 0x2
       memory[0x0]\t[0x0000000000001000-0x000000000009efff], 0x000000000009e000 bytes on node 0 flags: 0x0
       memory[0x1]\t[0x0000000000100000-0x000000003fffffff], 0x000000003ff00000 bytes flags: 0x1
       reserved.cnt  = 0x1
       reserved[0x0]\t[0x0000000000000000-0x0000000000000fff], 0x0000000000001000 bytes flags: 0x0
      Zone ranges:
        DMA      [mem 0x0000000000001000-0x0000000000ffffff]
        DMA32    [mem 0x0000000001000000-0x000000007ffdffff]
        Normal   empty
      Movable zone start for each node
        Node 1: 0x0000000060000000
      Early memory node ranges
        node   0: [mem 0x0000000000001000-0x000000000009efff]
        node   2: [mem 0x0000000040000000-0x000000007ffdffff]
      Node 0, zone      DMA      0      0      1
      Node 2, zone    DMA32      1      2      3      
      Node 2, zone    DMA32
        pages free     24
              spanned  262112
              present  262080
      Node 2, zone   Normal
              present  0
      Node 1 distances: 20 10
      a word of something else
      """.split(separator: "\n").map(String.init))

  @Test func maps() {
    #expect(
      log.maps["BIOS-e820"] == [
        MemoryLog.MapEntry(range: 0...0x9fbff, type: "usable"),
        MemoryLog.MapEntry(range: 0x100000...0x7ffd_ffff, type: "ACPI data"),
      ])
    #expect(
      log.maps["user"] == [
        MemoryLog.MapEntry(range: 0...0xfff, type: "reserved"),
        MemoryLog.MapEntry(range: 0x1000...0x1fff, type: "usable"),
        MemoryLog.MapEntry(range: 0x2000...0x2fff, type: "persistent (type 7)"),
      ])
    #expect(log.maps.count == 2)
  }

  @Test func dump() throws {
    let dump = try #require(log.dumps.first)
    #expect(log.dumps.count == 1)
    #expect(dump.memorySize == 0x7ff7_ec00)
    #expect(dump.reservedSize == 0x2f4_cf58)
    #expect(dump.counts == ["memory": 2, "reserved": 1])
    #expect(
      dump.memory == [
        MemoryLog.Region(range: 0x1000...0x9efff, node: 0, flags: 0),
        MemoryLog.Region(range: 0x100000...0x3fff_ffff, node: nil, flags: 1),
      ])
    #expect(dump.reserved == [MemoryLog.Region(range: 0...0xfff, node: nil, flags: 0)])
  }

  @Test func zonesAndNodes() {
    #expect(
      log.zones == [
        MemoryLog.ZoneRange(zone: "DMA", range: 0x1000...0xff_ffff),
        MemoryLog.ZoneRange(zone: "DMA32", range: 0x100_0000...0x7ffd_ffff),
        MemoryLog.ZoneRange(zone: "Normal", range: nil),
      ])
    #expect(log.movableStarts == [1: 0x6000_0000])
    #expect(
      log.nodeRanges == [
        MemoryLog.NodeRange(node: 0, range: 0x1000...0x9efff),
        MemoryLog.NodeRange(node: 2, range: 0x4000_0000...0x7ffd_ffff),
      ])
    #expect(log.freeBlocks.map(\.counts) == [[0, 0, 1], [1, 2, 3]])
    #expect(log.freeBlocks.map(\.pages) == [4, 17])
    #expect(log.distances == [1: [20, 10]])
    #expect(log.presentPages.map(\.node) == [2])
    #expect(log.presentPages.map(\.zone) == ["DMA32"])
    #expect(log.presentPages.map(\.count) == [262080])
  }
}
