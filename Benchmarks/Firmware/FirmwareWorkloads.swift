import Addressing
import Firmware

/// What the firmware's reports cost.
func firmwareWorkloads() -> [Workload] {
  [
    // 1,000 entries in 150 µs.
    Workload(
      group: "firmware", work: "sanitise 1,000 random entries", implementation: "here",
      wanted: .init(nanoseconds: 150_000)
    ) { sanitising(overlaps: true) },
    Workload(
      group: "firmware", work: "sanitise 1,000 sorted entries", implementation: "here"
    ) { sanitising(overlaps: false) },
  ]
}

/// Drops what the firmware modules would print.
private struct NoLog: TextSink {
  mutating func write(_ byte: UInt8) {}
}

/// A map, off the stack, because it is large.
private final class MapBox {
  var map = MemoryMap()
}

/// A map of 1,000 entries in 1 TiB, in any order and overlapping, or as firmware sorts them.
private func sanitising(overlaps: Bool) -> Workload.Run {
  var state: UInt64 = 1
  func random(_ bound: UInt64) -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state >> 33) % bound
  }
  let frames: UInt64 = 1 << 28
  var entries: [MemoryMap.Entry] = []
  for index in 0..<1000 as Range<UInt64> {
    let start = overlaps ? random(frames) : index << 18
    let count = 1 + random(overlaps ? 1 << 20 : 1 << 18)
    let type = MemoryType(rawValue: UInt32(1 + random(5)))
    let range = AddressRange(at: PhysicalAddress(start << 12), size: count << 12)
    entries.append(MemoryMap.Entry(range, type))
  }
  let box = MapBox()
  return Workload.Run(
    operations: 1,
    body: {
      var log = NoLog()
      box.map.removeAll()
      for entry in entries { box.map.append(entry, log: &log) }
      box.map.sanitize(log: &log)
    },
    result: { UInt64(box.map.count) })
}
