import Addressing
import Firmware

/// A memory map the slow and obvious way: the greatest type of each unit of a small address
/// space, entry by entry, and the places where borders are.
struct MapModel {
  var types: [UInt32]
  var borders: Set<Int> = []

  init(units: Int) {
    types = Array(repeating: 0, count: units)
  }

  mutating func add(_ range: Range<Int>, _ type: UInt32) {
    guard !range.isEmpty, type != 0 else { return }
    borders.formUnion([range.lowerBound, range.upperBound])
    for unit in range { types[unit] = max(types[unit], type) }
  }

  /// The entries that a sanitised map must have; a unit is `scale` bytes from `base`.
  func entries(scale: UInt64, base: UInt64) -> [MemoryMap.Entry] {
    var result: [MemoryMap.Entry] = []
    var start = 0
    for unit in 1...types.count {
      if unit < types.count, types[unit] == types[start],
        !(MemoryType(rawValue: types[unit]).staysApart && borders.contains(unit))
      {
        continue
      }
      if types[start] != 0 {
        let range = AddressRange(
          from: PhysicalAddress(base + UInt64(start) * scale),
          to: PhysicalAddress(base + UInt64(unit) * scale))
        result.append(MemoryMap.Entry(range, MemoryType(rawValue: types[start])))
      }
      start = unit
    }
    return result
  }
}

/// Entries that touch and have one type as one entry, whatever their type.
func joined(_ entries: [MemoryMap.Entry]) -> [MemoryMap.Entry] {
  var result: [MemoryMap.Entry] = []
  for entry in entries {
    if let last = result.last, last.end == entry.start, last.type == entry.type {
      result[result.count - 1].end = entry.end
    } else {
      result.append(entry)
    }
  }
  return result
}

/// The entries of a map as an array.
func entries(of map: borrowing MemoryMap) -> [MemoryMap.Entry] {
  var result: [MemoryMap.Entry] = []
  for index in 0..<map.count { result.append(map[index]) }
  return result
}

/// A generator whose sequence is the same on every machine (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}
