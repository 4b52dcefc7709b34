import Addressing
import Firmware
import Foundation
import Memblock
import Testing

/// Firmware maps of real machines, put through the whole set-up.
@Suite struct RealMapTests {
  static var names: [String] {
    (try? TestData.names(in: "Maps", ending: ".txt"))?.filter { !$0.contains("srat") } ?? []
  }

  @Test func fourteenMapsAreThere() {
    #expect(Self.names.count == 14)
  }

  /// The kernel's image is put where all these machines have memory.
  @Test(arguments: names)
  func memoryIsWhatTheMapSays(_ name: String) throws {
    let lines = try TestData.lines("Maps/\(name).txt")
    let map = RecordedMap.entries(lines, source: "BIOS-e820")
    #expect(map.count == lines.count(where: { $0.hasPrefix("BIOS-e820") }))
    let machine = TestMachine(map.shuffled(), rules: .linux6_12)
    try machine.boot()

    // Linux had sorted these maps, so that they come out as they were.
    #expect(machine.lines("BIOS-e820") == lines.filter { $0.hasPrefix("BIOS-e820") })
    #expect(machine.memory.map(\.range) == Self.expectedMemory(map))
    #expect(machine.memory.allSatisfy { $0.node == NodeID(0) && $0.flags.rawValue == 0 })
    let last = map.last { $0.type == .usable || $0.type == .acpiData }?.end.value ?? 0
    #expect(machine.lines("last_pfn").first?.hasPrefix(hexLine(last >> 12)) == true)
    let total = Self.usable(map).reduce(0) { $0 + $1.size }
    #expect(machine.dumpBefore[1].hasPrefix(memorySizeLine(total)))
  }

  /// Tables, zones and totals whole, as they were when they were last looked through.
  @Test(arguments: names)
  func tablesAndZonesAreAsExpected(_ name: String) throws {
    let machine = TestMachine(
      RecordedMap.entries(try TestData.lines("Maps/\(name).txt"), source: "BIOS-e820"))
    try machine.boot()
    let result = TestMachine.memoryLines(machine.dumpAfter) + machine.zoneLines
    #expect(result == (try TestData.lines("Maps/\(name).expected")))
  }

  @Test func fourNodeServer() throws {
    let map = RecordedMap.entries(
      try TestData.lines("Maps/quanta-qssc-s4r-4node-128g.txt"), source: "BIOS-e820")
    let recorded = try TestData.lines("Maps/quanta-qssc-s4r-4node-srat.txt")
    let machine = TestMachine(map)
    machine.tables = [ACPIBuilder.srat(recorded.compactMap { AffinityLine($0) })]
    try machine.boot()
    #expect(machine.lines("ACPI: SRAT: Node") == recorded.sratLines)
    // This Linux wrote its addresses with as few digits as they need.
    #expect(
      machine.zoneLines.nodeRanges.map(shortened)
        == recorded.filter { $0.hasPrefix("  node ") }.map(shortened))
    // The kernel is on node 0; the others' hot-pluggable windows hold no memory yet.
    #expect(machine.memory.allSatisfy { !$0.flags.contains(.hotplug) })
    #expect(machine.distances.count == 4)
  }

  /// Only the node ranges of this machine are known: together they are its usable memory.
  @Test func sixteenNodesAndTwelveTebibytes() throws {
    let recorded = try TestData.lines("Maps/x86-16node-12tib-srat-and-node-ranges.txt")
    let ranges = recorded.filter { $0.hasPrefix("  node ") }
    let map = ranges.compactMap { RecordedMap.range(in: $0) }.map { MemoryMap.Entry($0, .usable) }
    let machine = TestMachine(map.shuffled(), rules: .linux6_12)
    machine.tables = [ACPIBuilder.srat(recorded.compactMap { AffinityLine($0) })]
    try machine.boot()
    #expect(machine.lines("ACPI: SRAT: Node") == recorded.sratLines)
    #expect(machine.zoneLines.nodeRanges == ranges)
    #expect(machine.lines("No NUMA") == [])
    #expect(machine.distances.count == 16)
    #expect(machine.memory.reduce(0) { $0 + $1.size } == map.reduce(0) { $0 + $1.size })
  }

  /// The usable ranges of a sorted map, less the first page and the hole below 1 MiB.
  private static func usable(_ map: [MemoryMap.Entry]) -> [Range<UInt64>] {
    var result: [Range<UInt64>] = []
    for entry in map where entry.type == .usable {
      for allowed in [0x1000..<0xa_0000, 0x10_0000..<UInt64.max] {
        let range = (entry.start.value..<entry.end.value).clamped(to: allowed)
        if range.isEmpty { continue }
        if let last = result.last, last.upperBound == range.lowerBound {
          result[result.count - 1] = last.lowerBound..<range.upperBound
        } else {
          result.append(range)
        }
      }
    }
    return result
  }

  /// The same in whole pages.
  private static func expectedMemory(_ map: [MemoryMap.Entry]) -> [AddressRange] {
    usable(map).compactMap { range in
      let first = (range.lowerBound + 4095) / 4096 * 4096
      let end = range.upperBound / 4096 * 4096
      return first < end
        ? AddressRange(from: PhysicalAddress(first), to: PhysicalAddress(end)) : nil
    }
  }

  private func hexLine(_ frame: UInt64) -> String {
    "last_pfn = 0x\(String(frame, radix: 16)) "
  }

  private func memorySizeLine(_ size: UInt64) -> String {
    let digits = String(size, radix: 16)
    return " memory size = 0x\(String(repeating: "0", count: 16 - digits.count))\(digits) "
  }

  /// A line with the leading zeros of its addresses taken off.
  private func shortened(_ line: String) -> String {
    line.replacing(/0x0*/, with: "0x")
  }
}

extension [String] {
  /// Linux's lines under `Early memory node ranges`.
  fileprivate var nodeRanges: [String] { filter { $0.hasPrefix("  node ") } }

  /// Linux's lines about SRAT, as newer versions print them.
  fileprivate var sratLines: [String] {
    compactMap { line in
      guard let mark = line.range(of: "SRAT: Node") else { return nil }
      return "ACPI: " + line[mark.lowerBound...]
    }
  }
}

extension Range<UInt64> {
  fileprivate var size: UInt64 { upperBound - lowerBound }
}
