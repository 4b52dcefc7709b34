import Addressing
import Firmware

/// Maps of overlapping entries, made at random, and sanitised.
enum RandomMaps {
  /// The types that entries have, usable ones the most often.
  private static let types: [UInt32] = [0, 1, 1, 1, 2, 3, 4, 5, 6, 7, 12, 0xefff_ffff]

  /// Compares so many maps with the model; returns a line for each that differs.
  static func compare(_ count: Int, seed: UInt64) -> [String] {
    var random = SeededGenerator(state: seed)
    var map = MemoryMap()
    var wrong: [String] = []
    for round in 0..<count {
      let units = Int.random(in: 1...64, using: &random)
      let scale: UInt64 = [1, 0x400, 0x1000, 0x4000_0000].randomElement(using: &random)!
      let base: UInt64 = [0, 0x100, 0x1_0000_0000].randomElement(using: &random)!
      var model = MapModel(units: units)
      var log = TextLog()
      map.removeAll()
      for _ in 0..<Int.random(in: 0...24, using: &random) {
        let low = Int.random(in: 0...units, using: &random)
        let high = Int.random(in: low...units, using: &random)
        let type = types.randomElement(using: &random)!
        model.add(low..<high, type)
        map.append(
          start: PhysicalAddress(base + UInt64(low) * scale),
          size: UInt64(high - low) * scale, type: MemoryType(rawValue: type), log: &log)
      }
      map.sanitize(log: &log)
      let result = entries(of: map)
      if result != model.entries(scale: scale, base: base) || !log.text.isEmpty {
        wrong.append("map \(round): \(result)")
      }
      map.sanitize(log: &log)
      if entries(of: map) != result { wrong.append("map \(round) changes when sanitised again") }
    }
    return wrong
  }
}
