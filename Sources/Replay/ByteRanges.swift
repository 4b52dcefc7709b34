/// Sets of bytes as ranges in order, none touching another: start, and the byte past the last.
/// The last byte of the address space is in none.
struct ByteRanges: Equatable {
  private(set) var ranges: [Range<UInt64>] = []

  /// The union of ranges that may overlap, in any order. O(n log n).
  init(_ all: some Sequence<Range<UInt64>>) {
    for range in all.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
      if let last = ranges.last, last.upperBound >= range.lowerBound {
        ranges[ranges.count - 1] =
          last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        ranges.append(range)
      }
    }
  }

  /// The bytes in all.
  var size: UInt64 { ranges.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) } }

  /// The bytes that are not in `other`. O(n + m).
  func subtracting(_ other: ByteRanges) -> ByteRanges {
    var result: [Range<UInt64>] = []
    var next = 0
    for range in ranges {
      var start = range.lowerBound
      while next < other.ranges.count, other.ranges[next].upperBound <= start { next += 1 }
      var index = next
      while index < other.ranges.count, other.ranges[index].lowerBound < range.upperBound {
        let hole = other.ranges[index]
        if hole.lowerBound > start { result.append(start..<hole.lowerBound) }
        start = max(start, hole.upperBound)
        index += 1
      }
      if start < range.upperBound { result.append(start..<range.upperBound) }
    }
    return ByteRanges(result)
  }

  /// What lies between the ranges.
  var gaps: [Range<UInt64>] {
    zip(ranges, ranges.dropFirst()).map { $0.upperBound..<$1.lowerBound }
  }
}
