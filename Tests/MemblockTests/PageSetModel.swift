import Addressing
import Memblock

/// A memblock as a child would write it: for each page whether it is memory and whether it is
/// taken, no tables, no index. What it says is compared with what the real one says, where all
/// ranges are whole pages.
struct PageSetModel {
  /// Which pages are memory.
  private(set) var memory: [Bool]

  /// Which pages are taken.
  private(set) var reserved: [Bool]

  /// How many pages there are to play with.
  var pageCount: UInt64 { UInt64(memory.count) }

  /// Makes a model of that many pages, none of which is memory.
  init(pageCount: Int) {
    memory = Array(repeating: false, count: pageCount)
    reserved = memory
  }

  /// Adds memory.
  mutating func add(_ pages: Range<UInt64>) { Self.set(pages, in: &memory, to: true) }

  /// Forgets memory.
  mutating func remove(_ pages: Range<UInt64>) { Self.set(pages, in: &memory, to: false) }

  /// Takes pages.
  mutating func reserve(_ pages: Range<UInt64>) { Self.set(pages, in: &reserved, to: true) }

  /// Gives pages back.
  mutating func free(_ pages: Range<UInt64>) { Self.set(pages, in: &reserved, to: false) }

  /// The free page that an allocation must get: the highest or lowest place that fits, never
  /// page 0.
  func place(
    for count: UInt64, alignment: UInt64, in bounds: Range<UInt64>, lowest: Bool
  ) -> UInt64? {
    var found: UInt64?
    var free: UInt64 = 0
    for page in max(bounds.lowerBound, 1)..<max(bounds.upperBound, 1) {
      free = memory[Int(page)] && !reserved[Int(page)] ? free + 1 : 0
      guard free >= count else { continue }
      let start = page + 1 - count
      guard start % alignment == 0 else { continue }
      if lowest { return start }
      found = start
    }
    return found
  }

  /// Where a memblock differs from this, in words; `nil` where it doesn't.
  func difference(from memblock: borrowing Memblock) -> String? {
    for (name, pages, table) in [("memory", memory, 0), ("reserved", reserved, 1)] {
      var found = Array(repeating: false, count: pages.count)
      let view = table == 0 ? memblock.memory : memblock.reserved
      for index in view.indices {
        let range = view[index].range
        Self.set(range.start.value >> 12..<range.end.value >> 12, in: &found, to: true)
      }
      if found != pages {
        let wrong = found.indices.filter { found[$0] != pages[$0] }
        return "\(name): pages \(wrong.prefix(8)) differ"
      }
    }
    return nil
  }

  private static func set(_ pages: Range<UInt64>, in set: inout [Bool], to value: Bool) {
    for page in pages { set[Int(page)] = value }
  }
}
