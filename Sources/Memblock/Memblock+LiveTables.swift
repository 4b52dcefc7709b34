import Addressing

/// What an operation takes out of `reserved`: one range, or all but one.
@frozen @usableFromInline
struct Removal: BitwiseCopyable {
  @usableFromInline var lower: Extent
  @usableFromInline var upper: Extent

  /// Nothing is taken out.
  @inlinable
  init() {
    lower = Extent(base: 0, end: 0)
    upper = Extent(base: 0, end: 0)
  }

  /// One range, or two.
  init(_ lower: Extent, _ upper: Extent = Extent(base: 0, end: 0)) {
    self.lower = lower
    self.upper = upper
  }

  /// Whether some of the range is taken out.
  func overlaps(_ range: AddressRange) -> Bool {
    let extent = Extent(range)
    return max(extent.base, lower.base) < min(extent.end, lower.end)
      || max(extent.base, upper.base) < min(extent.end, upper.end)
  }
}

/// A table that has grown lies in memory that is reserved like any other. Were that memory free,
/// later allocations would overwrite the table. Linux lets that happen; here it is refused with
/// ``MemblockError/tableInUse(_:)``.
extension Memblock {
  /// Runs an operation that takes away reservations, and grows no table into their place on the
  /// way.
  @inline(__always)
  mutating func removing(
    _ removal: Removal, _ body: (inout Memblock) throws(MemblockError) -> Void
  ) throws(MemblockError) {
    let outer = self.removal
    self.removal = removal
    defer { self.removal = outer }
    try body(&self)
  }

  /// Throws where a table lies in a range that is to be freed. Where its memory has been removed,
  /// freeing it harms nobody.
  @inline(__always)
  func requireNoTable(freeing range: AddressRange) throws(MemblockError) {
    if !hasGrownTable { return }
    // A table without room for two splits moves away before anything is freed.
    let moves = canResize && reservedTable.slack < 2
    try requireNoTable(at: moves ? nil : reservedTable.storage.grownRange, freeing: range)
    try requireNoTable(at: memoryTable.storage.grownRange, freeing: range)
    try requireNoTable(at: grownPhysmemRange, freeing: range)
  }

  private func requireNoTable(
    at place: AddressRange?, freeing range: AddressRange
  ) throws(MemblockError) {
    guard let place, range.overlaps(place) else { return }
    let start = max(place.start, range.start).value
    let end = min(place.end, range.end).value
    let region = memoryTable.firstIndex(endingAbove: start)
    if region < memoryTable.count && memoryTable.extent(region).base < end {
      throw .tableInUse(place)
    }
  }

  /// Throws where a table lies outside of what a limit leaves.
  func requireNoTable(in removal: Removal) throws(MemblockError) {
    if !hasGrownTable { return }
    let tables = (
      reservedTable.storage.grownRange, memoryTable.storage.grownRange, grownPhysmemRange
    )
    // A table without room for two splits moves away before anything is cut off.
    let moves = (canResize && reservedTable.slack < 2, canResize && memoryTable.slack < 2)
    if !moves.0 && removal.overlaps(tables.0) { throw .tableInUse(tables.0) }
    if !moves.1 && removal.overlaps(tables.1) { throw .tableInUse(tables.1) }
    if removal.overlaps(tables.2) { throw .tableInUse(tables.2) }
  }

  /// Throws where memory that is added would be free though a table lies in it: one whose memory
  /// was removed and freed before.
  @inline(__always)
  func requireNoTable(adding range: AddressRange) throws(MemblockError) {
    if hasGrownTable { try requireNoFreeTable(in: range) }
  }

  private func requireNoFreeTable(in range: AddressRange) throws(MemblockError) {
    let tables =
      [
        reservedTable.storage.grownRange, memoryTable.storage.grownRange, grownPhysmemRange,
      ] as InlineArray<3, AddressRange>
    for index in tables.indices where range.overlaps(tables[index]) {
      if !holdsReservation(tables[index]) { throw .tableInUse(tables[index]) }
    }
  }

  @inline(__always)
  private var hasGrownTable: Bool {
    reservedTable.storage.hasGrown || memoryTable.storage.hasGrown || physmemHasGrown
  }
}
