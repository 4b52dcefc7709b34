import Addressing

/// What an operation takes out of `reserved`: one range, or all but one.
@frozen @usableFromInline
struct Removal: BitwiseCopyable {
  @usableFromInline var lower: Extent
  @usableFromInline var upper: Extent

  /// Nothing is taken out.
  @inlinable @inline(__always)
  init() {
    lower = Extent(base: 0, end: 0)
    upper = Extent(base: 0, end: 0)
  }

  /// One range, or two.
  init(_ lower: Extent, _ upper: Extent = Extent(base: 0, end: 0)) {
    self.lower = lower
    self.upper = upper
  }

  func overlaps(_ extent: Extent) -> Bool {
    extent.overlaps(lower) || extent.overlaps(upper)
  }
}

/// A table that has grown lies in memory that is reserved like any other. Were that memory free,
/// later allocations would overwrite the table. Linux lets that happen; here it is refused with
/// ``MemblockError/tableInUse(_:)``.
extension Memblock {
  /// Runs an operation that takes `removal` out of `reserved`, and of `memory` too where
  /// `cutsMemory` says so. Throws where a table lies there, and keeps tables from growing there.
  @inline(__always)
  mutating func removing(
    _ removal: Removal, cutsMemory: Bool = false,
    _ body: (inout Memblock) throws(MemblockError) -> Void
  ) throws(MemblockError) {
    if hasGrownTable { try requireNoTable(in: removal, cutsMemory) }
    let outer = self.removal
    self.removal = removal
    defer { self.removal = outer }
    try body(&self)
  }

  private func requireNoTable(in removal: Removal, _ cutsMemory: Bool) throws(MemblockError) {
    for index in RegionType.all.indices {
      let type = RegionType.all[index]
      let table = grownRange(type)
      if !removal.overlaps(Extent(table)) { continue }
      // A table that is cut needs room for two splits, and without it moves away first.
      let isCut = type == .reserved || cutsMemory && type == .memory
      if isCut && canResize && inspect(type, { $0.layout.slack }) < 2 { continue }
      // Where the memory under a table has been removed, freeing it harms nobody.
      let freed = Extent(table).intersection(removal.lower)
      if !cutsMemory && !memoryTable.slots.overlaps(freed) { continue }
      throw .tableInUse(table)
    }
  }

  /// Throws where memory that is added would be free though a table lies in it: one whose memory
  /// was removed and freed before.
  @inline(__always)
  func requireNoTable(adding range: AddressRange) throws(MemblockError) {
    if hasGrownTable { try requireNoFreeTable(in: range) }
  }

  private func requireNoFreeTable(in range: AddressRange) throws(MemblockError) {
    for index in RegionType.all.indices {
      let table = grownRange(RegionType.all[index])
      if range.overlaps(table) && !isReservedThroughout(table) { throw .tableInUse(table) }
    }
  }

  @inline(__always)
  private var hasGrownTable: Bool {
    #if !WithoutPhysmem
      if physmemTable.storage.hasGrown { return true }
    #endif
    return reservedTable.storage.hasGrown || memoryTable.storage.hasGrown
  }

  /// The physical memory that a table has grown into; empty while it is the first one.
  package func grownRange(_ type: RegionType) -> AddressRange {
    inspect(type) { $0.storage.grownRange }
  }
}
