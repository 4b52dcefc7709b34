import Addressing
import Memblock

extension Memblock {
  /// The lowest free range in the given bounds, cut to them; `nil` where there is none. O(n) in
  /// regions.
  ///
  /// For walks that reserve on the way, which an iterator would not see.
  public func firstFree(in bounds: AddressRange) throws(MemblockError) -> AddressRange? {
    var ranges = try freeRanges()
    while let range = ranges.next() {
      let start = Swift.max(range.start, bounds.start)
      let end = Swift.min(range.end, bounds.end)
      if start < end { return AddressRange(from: start, to: end) }
    }
    return nil
  }
}
