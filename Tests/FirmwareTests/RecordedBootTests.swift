import Addressing
import Firmware
import Foundation
import Testing

/// Debian's Linux 6.12.117 was booted in QEMU on these machines, and 7.3.4 on those in `Boots7`;
/// given the same firmware map, command line and SRAT, the tables and the printed lines must be its
/// own.
@Suite struct RecordedBootTests {
  static let names = names(in: "Boots") + names(in: "Boots7")

  private static func names(in folder: String) -> [String] {
    (try? TestData.names(in: folder, ending: ".tables"))?.map { "\(folder)/\($0)" } ?? []
  }

  @Test func allBootsAreThere() {
    #expect(Self.names.count == 35 + 12)
  }

  @Test(arguments: names)
  func memoryIsLinux(_ name: String) throws {
    let recorded = try TestData.lines("\(name).tables")
    let isOf7 = name.hasPrefix("Boots7/")
    let machine = TestMachine(
      RecordedMap.entries(recorded, source: "BIOS-e820"),
      rules: isOf7 ? .linux7_3 : .linux6_12)
    machine.commandLine = try commandLine(of: name, recorded)
    machine.modules = initialDisk(recorded)
    let affinities = recorded.compactMap { AffinityLine($0) }
    if isOf7 {
      machine.kernel = try #require(kernel(recorded))
      machine.tables = affinities.isEmpty ? [] : [ACPIBuilder.srat(affinities)]
    } else if !affinities.isEmpty {
      // The very bytes that the machine had, also where Linux was not given them as a file.
      machine.tables = [try TestData.bytes("\(name).bin")]
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

  private func commandLine(of name: String, _ recorded: [String]) throws -> String {
    let start = "Kernel command line: "
    if name.hasPrefix("Boots7/") {
      return String(try #require(recorded.first { $0.hasPrefix(start) }).dropFirst(start.count))
    }
    let lines = try TestData.lines("\(name).machine")
    let line = try #require(lines.first { $0.hasPrefix("cmdline ") })
    return String(line.dropFirst(8))
      .split(separator: " ").filter { !$0.hasPrefix("reserve_mem") }.joined(separator: " ")
  }

  /// The initial disk is the last reservation of the first dump.
  private func initialDisk(_ recorded: [String]) -> [AddressRange] {
    range(dumps(in: recorded)[0].last ?? "").map { [$0] } ?? []
  }

  /// The kernel's image is the reservation of the first dump that starts at 16 MiB.
  private func kernel(_ recorded: [String]) -> AddressRange? {
    dumps(in: recorded)[0].compactMap(range).first { $0.start.value == 16 << 20 }
  }

  private func range(_ line: String) -> AddressRange? {
    RecordedMap.range(in: line.replacingOccurrences(of: "\t[", with: "\t[mem "))
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
