import Addressing
import Firmware
import Foundation
import Testing

/// Debian's Linux 6.12.117 was booted in QEMU on these machines; given the same firmware map,
/// command line and SRAT, the tables and the printed lines must be its own.
@Suite struct RecordedBootTests {
  static var names: [String] {
    (try? TestData.names(in: "Boots", ending: ".tables")) ?? []
  }

  @Test func allBootsAreThere() {
    #expect(Self.names.count == 35)
  }

  @Test(arguments: names)
  func memoryIsLinux(_ name: String) throws {
    let recorded = try TestData.lines("Boots/\(name).tables")
    let machine = TestMachine(
      RecordedMap.entries(recorded, source: "BIOS-e820"), rules: .linux6_12)
    machine.commandLine = try commandLine(of: name)
    machine.modules = initialDisk(recorded)
    // The very bytes that the machine had, also where Linux was not given them as a file.
    if recorded.contains(where: { AffinityLine($0) != nil }) {
      machine.tables = [try TestData.bytes("Boots/\(name).bin")]
    }
    try machine.boot()

    for prefix in ["BIOS-e820:", "user", "last_pfn"] {
      #expect(machine.lines(prefix) == recorded.filter { $0.hasPrefix(prefix) })
    }
    let prefixes = [
      "ACPI: SRAT: ", "NUMA: Node", "NUMA turned off", "No NUMA", "Faking", "Fake node",
      "Not enough", "node ", "Warning: ",
    ]
    #expect(
      machine.log.lines.filter { line in prefixes.contains { line.hasPrefix($0) } }
        == recorded.filter { line in prefixes.contains { line.hasPrefix($0) } })

    // Before the nodes are set nothing has been allocated yet: the whole dump is Linux's.
    let dumps = dumps(in: recorded)
    #expect(machine.dumpBefore == dumps[0])
    #expect(
      TestMachine.memoryLines(machine.dumpAfter) == TestMachine.memoryLines(dumps[1]))
    // All but zone Device, which is for memory that no firmware map has.
    let zones = recorded.drop { $0 != "Zone ranges:" }
      .prefix { !$0.hasPrefix("Kernel command line") }.filter { $0 != "  Device   empty" }
    #expect(machine.zoneLines == zones)
  }

  private func commandLine(of name: String) throws -> String {
    let lines = try TestData.lines("Boots/\(name).machine")
    let line = try #require(lines.first { $0.hasPrefix("cmdline ") })
    return String(line.dropFirst(8))
      .split(separator: " ").filter { !$0.hasPrefix("reserve_mem") }.joined(separator: " ")
  }

  /// The initial disk is the last reservation of the first dump.
  private func initialDisk(_ recorded: [String]) -> [AddressRange] {
    let line = dumps(in: recorded)[0].last ?? ""
    return RecordedMap.range(in: line.replacingOccurrences(of: "\t[", with: "\t[mem ")).map { [$0] }
      ?? []
  }

  private func dumps(in lines: [String]) -> [[String]] {
    var dumps: [[String]] = []
    for line in lines {
      if line.hasPrefix("MEMBLOCK configuration:") {
        dumps.append([line])
      } else if line.hasPrefix(" memory") || line.hasPrefix(" reserved") {
        dumps[dumps.count - 1].append(line)
      }
    }
    return dumps
  }
}
