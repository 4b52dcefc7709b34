import Addressing

/// Hands out places for tables, one after the other, each on a cache line of its own. Run
/// from address 0 it measures instead.
struct StorageCursor {
  /// Where the next table may start.
  private(set) var next: PhysicalAddress

  init(at start: PhysicalAddress = .zero) { next = start }

  /// A place for that many bytes.
  mutating func place(_ bytes: UInt64) -> PhysicalAddress {
    let place = next.alignedUp(to: 64)
    next = place + bytes
    return place
  }
}
