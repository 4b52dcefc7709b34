import Addressing
import Memblock

/// A memblock as a child would write it: two sets of pages, no tables, no index. What it says is
/// compared with what the real one says, where all ranges are whole pages.
struct PageSetModel {
  /// The pages of memory.
  private(set) var memory: Set<UInt64> = []

  /// The pages that are taken.
  private(set) var reserved: Set<UInt64> = []

  /// How many pages there are to play with.
  let pageCount: UInt64

  /// Makes a model of that many pages, none of which is memory.
  init(pageCount: UInt64) {
    self.pageCount = pageCount
  }

  /// Adds memory.
  mutating func add(_ pages: Range<UInt64>) { memory.formUnion(pages) }

  /// Forgets memory.
  mutating func remove(_ pages: Range<UInt64>) { memory.subtract(pages) }

  /// Takes pages.
  mutating func reserve(_ pages: Range<UInt64>) { reserved.formUnion(pages) }

  /// Gives pages back.
  mutating func free(_ pages: Range<UInt64>) { reserved.subtract(pages) }

  /// The free page that an allocation must get: the highest or lowest place that fits, never
  /// page 0.
  func place(
    for count: UInt64, alignment: UInt64, in bounds: Range<UInt64>, lowest: Bool
  ) -> UInt64? {
    let candidates = (max(bounds.lowerBound, 1)..<max(bounds.upperBound, 1)).filter {
      $0 % alignment == 0 && $0 + count <= bounds.upperBound
        && ($0..<$0 + count).allSatisfy { memory.contains($0) && !reserved.contains($0) }
    }
    return lowest ? candidates.first : candidates.last
  }

  /// Where a memblock differs from this, in words; `nil` where it doesn't.
  func difference(from memblock: borrowing Memblock) -> String? {
    for (name, pages, table) in [("memory", memory, 0), ("reserved", reserved, 1)] {
      var found: Set<UInt64> = []
      let view = table == 0 ? memblock.memory : memblock.reserved
      for index in view.indices {
        let range = view[index].range
        found.formUnion(range.start.value >> 12..<range.end.value >> 12)
      }
      if found != pages {
        return "\(name): \(found.symmetricDifference(pages).sorted().prefix(8)) differ"
      }
    }
    return nil
  }
}
