import Foundation
import SerialHarness
import Testing

/// The whole boot with the memory of real machines.
@Suite(KernelUnderTest.isAvailable)
struct RecordedMachineTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "FirmwareTests/Data/Maps")

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
  }()

  private static func lines(_ name: String) throws -> [String] {
    try String(contentsOf: folder.appending(path: "\(name).txt"), encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  @Test func theMachinesAreThere() {
    #expect(Self.names.count >= 16)
  }

  /// The map arrives as it was, all its RAM is there, and every byte of it is accounted for.
  @Test(arguments: names)
  func boots(_ name: String) async throws {
    let elf = try #require(KernelUnderTest.elf)
    let kernel = try KernelELF(Array(try Data(contentsOf: URL(filePath: elf))))
    let lines = try Self.lines(name)
    let recorded = MemoryLog(lines: lines)
    var machine = try RecordedMachine(lines: lines).machine(starting: kernel)
    machine.accelerator = .tcg

    let outcome = try await machine.boot(timeLimit: .seconds(120))
    let audit = try MemoryAudit(outcome)
    try audit.check()
    #expect(outcome.line(containing: "left alone") == nil, "\(outcome.report())")
    if let map = recorded.maps["BIOS-e820"] {
      #expect(audit.log.maps["BIOS-e820"] == map, "\(outcome.report())")
    } else {
      #expect(audit.log.nodeRanges == recorded.nodeRanges, "\(outcome.report())")
      #expect(
        outcome.lines.count { $0.hasPrefix("ACPI: SRAT: Node") }
          == lines.count { $0.contains("SRAT: Node") }, "\(outcome.report())")
    }
  }
}
