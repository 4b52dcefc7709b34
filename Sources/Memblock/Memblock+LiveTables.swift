import Addressing

/// What an operation takes out of `memory` or `reserved`: one range, or all but one.
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

/// A table that has grown lies in memory like any other. Who frees that memory, or removes it
/// from the memory there is, would have later allocations overwrite the table: Linux lets that
/// happen, this refuses it with ``MemblockError/tableInUse(_:)``.
extension Memblock {
  /// Runs an operation that takes regions out of the table `type`, unless a table lies there.
  ///
  /// - Parameters:
  ///   - removal: What is taken out.
  ///   - type: The table that is changed, which the operation moves when it has to grow.
  @inline(__always)
  mutating func withoutLosingTables(
    _ removal: Removal, from type: RegionType,
    _ body: (inout Memblock) throws(MemblockError) -> Void
  ) throws(MemblockError) {
    try requireNoTable(in: removal, from: type)
    let outer = self.removal
    self.removal = removal
    defer { self.removal = outer }
    try body(&self)
  }

  private func requireNoTable(
    in removal: Removal, from type: RegionType
  ) throws(MemblockError) {
    if reservedTable.storage.hasGrown || memoryTable.storage.hasGrown || physmemHasGrown {
      try requireNoTable(reservedTable, in: removal, from: type)
      try requireNoTable(memoryTable, in: removal, from: type)
      if removal.overlaps(grownPhysmemRange) { throw .tableInUse(grownPhysmemRange) }
    }
  }

  private func requireNoTable(
    _ table: borrowing RegionTable, in removal: Removal, from type: RegionType
  ) throws(MemblockError) {
    // A table without room for two splits moves before anything is taken out of it.
    if table.type == type && table.slack < 2 && canResize { return }
    let place = table.storage.grownRange
    if removal.overlaps(place) { throw .tableInUse(place) }
  }
}
