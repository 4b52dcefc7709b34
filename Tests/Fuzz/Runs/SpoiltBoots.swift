// fuzz-sources: Tests/FirmwareTests/FirmwareRun.swift Tests/FirmwareTests/ACPIBuilder.swift
// fuzz-sources: Tests/FirmwareTests/Multiboot2Builder.swift Tests/FirmwareTests/TextLog.swift
// fuzz-sources: Tests/FirmwareTests/RawBytes.swift Tests/FirmwareTests/RecordedMap.swift
// fuzz-sources: Tests/FirmwareTests/Mutator.swift Tests/FirmwareTests/MutatedBoots.swift
// fuzz-sources: Tests/FirmwareTests/MapModel.swift
import Foundation

/// Spoils what a real boot left, a hundred thousand times.
@main
struct SpoiltBoots {
  static func main() throws {
    let folder = URL(fileURLWithPath: "Tests/FirmwareTests/Data/Boots")
    func file(_ name: String) throws -> [UInt8] {
      Array(try Data(contentsOf: folder.appendingPathComponent(name)))
    }
    let boots = MutatedBoots(
      information: [try file("grub-bios.mbi"), try file("grub-uefi.mbi")],
      tables: [try file("distances.srat"), try file("distances.slit")])
    let count: UInt64 = 100_000
    let (faults, errors) = boots.run(variants: 0..<count)
    for fault in faults { print(fault) }
    print("\(count) spoilt boots: \(errors) end in an error, \(faults.count) in a wrong table")
    if !faults.isEmpty { exit(1) }
  }
}
