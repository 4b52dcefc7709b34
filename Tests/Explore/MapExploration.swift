import Foundation
import Synchronization

/// All memory maps of up to four entries over six pages, sanitised and compared with a rule for
/// each page.
enum MapExploration {
  /// Which lists of entries are tried.
  struct Extent {
    let entries: Int
    /// Whether every order counts; else each set of entries is tried in one order.
    let isOrdered: Bool
    let base: UInt64

    var name: String {
      let order = isOrdered ? "in every order" : "in one order"
      return "\(entries) entries \(order), over 6 pages at 0x\(String(base, radix: 16))"
    }
  }

  private static let top = UInt64(0) &- 6 << 12

  static let small = [
    Extent(entries: 1, isOrdered: true, base: 0), Extent(entries: 1, isOrdered: true, base: top),
    Extent(entries: 2, isOrdered: true, base: 0), Extent(entries: 2, isOrdered: true, base: top),
  ]
  static let large =
    small + [
      Extent(entries: 3, isOrdered: true, base: 0), Extent(entries: 3, isOrdered: true, base: top),
      Extent(entries: 4, isOrdered: false, base: 0),
    ]

  /// Tries all maps of an extent, on all processors; false where one is wrong.
  static func run(_ extent: Extent) -> Bool {
    let start = Date()
    let count = SmallMap.variantCount
    let next = Atomic(0)
    let tried = Atomic(0)
    let failure = Mutex<String?>(nil)
    DispatchQueue.concurrentPerform(iterations: ProcessInfo.processInfo.activeProcessorCount) {
      _ in
      var map = SmallMap(base: extent.base)
      var numbers = InlineArray<4, Int>(repeating: 0)
      var done = 0
      while failure.withLock({ $0 == nil }) {
        let first = next.add(1, ordering: .relaxed).oldValue
        if first >= count { break }
        numbers[0] = first
        fill(1, of: extent, &numbers, &map, &done) { wrong in failure.withLock { $0 = wrong } }
      }
      tried.add(done, ordering: .relaxed)
    }
    let seconds = String(format: "%.1f s", Date().timeIntervalSince(start))
    if let failure = failure.withLock({ $0 }) {
      print("memory maps of \(extent.name): wrong after \(seconds): \(failure)")
      return false
    }
    print(
      "memory maps of \(extent.name): \(tried.load(ordering: .relaxed)) maps, each page right,"
        + " \(seconds)")
    return true
  }

  private static func fill(
    _ place: Int, of extent: Extent, _ numbers: inout InlineArray<4, Int>,
    _ map: inout SmallMap, _ done: inout Int, _ report: (String) -> Void
  ) {
    if place == extent.entries {
      done += 1
      if let wrong = map.check(numbers, count: place) {
        report("\(map.describe((0..<place).map { numbers[$0] })): \(wrong)")
      }
      return
    }
    for number in (extent.isOrdered ? 0 : numbers[place - 1])..<SmallMap.variantCount {
      numbers[place] = number
      fill(place + 1, of: extent, &numbers, &map, &done, report)
    }
  }
}
