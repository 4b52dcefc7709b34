// fuzz-sources: Tests/FirmwareTests/MapModel.swift Tests/FirmwareTests/TextLog.swift
// fuzz-sources: Tests/FirmwareTests/RandomMaps.swift
import Foundation

/// Compares a million overlapping maps with the model that looks at every unit.
@main
struct OverlappingMaps {
  static func main() {
    let count = 1_000_000
    let wrong = RandomMaps.compare(count, seed: 1)
    for line in wrong.prefix(20) { print(line) }
    print("\(count) overlapping maps: \(wrong.count) are not the model's")
    if !wrong.isEmpty { exit(1) }
  }
}
