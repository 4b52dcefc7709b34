import Zones

/// The machines that are explored.
extension PageMachine {
  private static let start: UInt64 = 1 << 20

  /// Those whose states are visited in seconds by a debug build too.
  static var least: [PageMachine] {
    var runs = plain("2 frames, with runs", firstFrame: start | 3, units: 2, maximumOrder: 1)
    runs.hasRuns = true
    var poisoned = cached(
      "2 frames in a cache, with poison", firstFrame: start, units: 16, left: 2, maximumOrder: 1)
    poisoned.poisons = true
    return [
      runs, poisoned,
      cached("2 frames in a cache", firstFrame: start, units: 16, left: 2, maximumOrder: 1),
    ]
  }

  /// Those whose states are visited in half a minute.
  static var small: [PageMachine] {
    var reserved = plain(
      "3 frames of which 2 are reserved", firstFrame: start, units: 3, maximumOrder: 1)
    reserved.released = 1..<2
    var runs = plain("3 frames, with runs", firstFrame: start | 1, units: 3, maximumOrder: 1)
    runs.hasRuns = true
    return [
      plain("4 frames of one group", firstFrame: start, units: 4, maximumOrder: 2),
      plain("4 frames of two groups", firstFrame: start | 62, units: 4, maximumOrder: 2),
      PageMachine(
        name: "3 frames in two zones", firstFrame: (1 << 12) - 1,
        parts: [
          Part(node: 0, kind: .dma, units: 0..<1), Part(node: 0, kind: .dma32, units: 1..<3),
        ], maximumOrder: 1),
      reserved, runs,
      plain("4 groups of 64 frames", firstFrame: start, units: 4, unitOrder: 6, maximumOrder: 8),
    ]
  }

  /// Those for as much time as there is.
  static var large: [PageMachine] {
    var lone = plain("8 frames, one processor", firstFrame: start, units: 8, maximumOrder: 3)
    lone.processors = 1
    return [
      cached("4 frames in a cache", firstFrame: start, units: 16, left: 4, maximumOrder: 2),
      cached(
        "2 frames in each of two caches", firstFrame: start | 48, units: 32, left: 2,
        maximumOrder: 1),
      plain(
        "4 chunks of 4096 frames", firstFrame: start, units: 4, unitOrder: 12, maximumOrder: 14),
      PageMachine(
        name: "4 frames in two zones", firstFrame: (1 << 12) - 2,
        parts: [
          Part(node: 0, kind: .dma, units: 0..<2), Part(node: 0, kind: .dma32, units: 2..<4),
        ], maximumOrder: 2),
      PageMachine(
        name: "4 frames on two nodes", firstFrame: start,
        parts: [
          Part(node: 0, kind: .normal, units: 0..<2), Part(node: 1, kind: .normal, units: 2..<4),
        ], maximumOrder: 1),
      lone,
      plain("8 groups of 64 frames", firstFrame: start, units: 8, unitOrder: 6, maximumOrder: 9),
      plain("8 frames of two groups", firstFrame: start | 60, units: 8, maximumOrder: 2),
      plain("8 frames of one group", firstFrame: start, units: 8, maximumOrder: 3),
      plain("16 frames of one group", firstFrame: start, units: 16, maximumOrder: 4),
    ]
  }

  /// A machine where processors have groups of 16 frames from the start, of which `left` are at
  /// hand and the others allocated: a cache takes a group only where 16 neighbouring frames of it
  /// are free.
  private static func cached(
    _ name: String, firstFrame: UInt64, units: Int, left: Int, maximumOrder: Int
  ) -> PageMachine {
    var machine = plain(name, firstFrame: firstFrame, units: units, maximumOrder: maximumOrder)
    machine.preparation = allocations(16 - left, by: 0..<units / 16)
    return machine
  }
}
