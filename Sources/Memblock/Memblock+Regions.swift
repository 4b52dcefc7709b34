public import Addressing

/// Telling a memblock what memory there is and what of it is taken.
///
/// Ranges may overlap what is there, touch it, or be empty. All take O(log n) to find the index,
/// plus the regions that are covered, plus one move of those between this change and the last.
extension Memblock {
  /// Adds memory. What is there already keeps its node and flags.
  ///
  /// Linux: `memblock_add`.
  ///
  /// - Throws: `.tableFull`, `.cannotGrow` or `.unreachable` where `memory` has no room for what is
  ///   added; `.tableInUse` where it would be free though a table that has grown lies there;
  ///   `.tornDown`.
  public mutating func add(
    _ range: AddressRange
  ) throws(MemblockError) {
    try requireLive()
    log.note("memblock_add", range)
    try requireNoTable(adding: range)
    try insert(Extent(range), .plain, into: .memory)
  }

  /// Adds memory of a node. What is there already keeps its node and flags.
  ///
  /// Linux: `memblock_add_node`.
  ///
  /// - Throws: as `add(_:)`; `.invalidNode` and `.invalidFlags`.
  public mutating func add(
    _ range: AddressRange, node: NodeID, flags: RegionFlags = .none
  ) throws(MemblockError) {
    try requireLive()
    log.noteNode("memblock_add_node", range, flags, node)
    try requireNoTable(adding: range)
    try insert(Extent(range), RegionAttributes(checking: flags, node), into: .memory)
  }

  /// Forgets memory. What is reserved there stays reserved.
  ///
  /// Linux: `memblock_remove`.
  ///
  /// - Throws: `.tableFull`, `.cannotGrow` or `.unreachable` where `memory` has no room for two more
  ///   regions, whether they are needed or not; `.tornDown`.
  public mutating func remove(
    _ range: AddressRange
  ) throws(MemblockError) {
    try requireLive()
    log.note("memblock_remove", range)
    try remove(Extent(range), from: .memory)
  }

  /// Takes a range, whether there is memory or not.
  ///
  /// Linux: `memblock_reserve`.
  ///
  /// - Throws: `.tableFull`, `.cannotGrow` or `.unreachable` where `reserved` has no room for what is
  ///   taken; `.tornDown`.
  public mutating func reserve(
    _ range: AddressRange
  ) throws(MemblockError) {
    try requireLive()
    let attributes =
      rules.marksKernelReservations ? RegionAttributes(flags: .none, node: .none) : .plain
    log.noteReservation(range, attributes, rules)
    try insert(Extent(range), attributes, into: .reserved)
  }

  /// Takes a range for the kernel itself: its image, and what its loader has put into memory. By
  /// the rules of 6.12 this is a reservation as any other.
  ///
  /// Linux: `memblock_reserve_kern` (6.16).
  ///
  /// - Parameter range: What is taken, whether there is memory or not.
  /// - Throws: as `reserve(_:)`.
  public mutating func reserveForKernel(_ range: AddressRange) throws(MemblockError) {
    try requireLive()
    let attributes = kernelReservation(on: .none)
    log.noteReservation(range, attributes, rules)
    try insert(Extent(range), attributes, into: .reserved)
  }

  /// Takes a range for a node, with flags of its own.
  ///
  /// Linux: `__memblock_reserve` (6.16).
  ///
  /// - Throws: as `reserve(_:)`; `.invalidNode` and `.invalidFlags`.
  public mutating func reserve(
    _ range: AddressRange, node: NodeID, flags: RegionFlags = .none
  ) throws(MemblockError) {
    try requireLive()
    log.noteNode("__memblock_reserve", range, flags, node)
    try insert(Extent(range), RegionAttributes(checking: flags, node), into: .reserved)
  }

  /// Gives back what was taken, whoever took it, but not the memory of a table in use.
  ///
  /// Linux: `memblock_phys_free`, `memblock_free`.
  ///
  /// - Throws: `.tableInUse` where a table that has grown lies in the range, unless the memory
  ///   there has been removed; as `remove(_:)`, where `reserved` has no room.
  public mutating func free(
    _ range: AddressRange
  ) throws(MemblockError) {
    try requireLive()
    log.note("memblock_phys_free", range)
    let extent = Extent(range)
    try removing(Removal(extent)) { (memblock) throws(MemblockError) in
      try memblock.remove(extent, from: .reserved)
    }
  }
}

extension Memblock {
  /// Adds what of `extent` is not in the table. Linux: `memblock_add_range`.
  #if OPTIMIZE_FOR_SIZE
    @inline(never)
  #else
    @inline(__always)
  #endif
  mutating func insert(
    _ extent: Extent, _ attributes: RegionAttributes, into type: RegionType
  ) throws(MemblockError) {
    if extent.size == 0 { return }
    let pieces = update(type) { $0.fillIfSimple(extent, attributes) }
    if pieces > 0 { try insert(pieces, of: extent, attributes, into: type) }
    debugCheck()
  }

  private mutating func insert(
    _ missing: Int, of extent: Extent, _ attributes: RegionAttributes, into type: RegionType
  ) throws(MemblockError) {
    var pieces = missing
    // Growing reserves the new table, which can divide what is missing further; Linux doesn't
    // count again and stops with a BUG then.
    while inspect(type, { $0.layout.slack }) < pieces {
      try makeRoom(for: pieces, in: type, avoiding: extent)
      pieces = inspect(type) { $0.piecesMissing(in: extent) }
    }
    update(type) { $0.fill(extent, attributes) }
  }

  /// Takes `extent` out of the table. Linux: `memblock_remove_range`.
  mutating func remove(_ extent: Extent, from type: RegionType) throws(MemblockError) {
    defer { debugCheck() }
    let indices = try isolate(extent, in: type)
    update(type) { $0.remove(indices) }
  }

  /// Splits regions at the ends of `extent` and returns the indices of those inside. Linux:
  /// `memblock_isolate_range`, which makes room for the splits before it looks for any.
  mutating func isolate(_ extent: Extent, in type: RegionType) throws(MemblockError) -> Range<Int> {
    if extent.size == 0 { return 0..<0 }
    try makeRoom(for: 2, in: type, avoiding: extent)
    return update(type) { $0.isolate(extent) }
  }

  /// Changes those of the packed attributes of the regions in a range that `mask` has, splitting
  /// regions that cross an end of it. Not by a closure: the compiler would make a copy of all this for
  /// each.
  mutating func changeAttributes(
    _ mask: UInt32, to bits: UInt32, of range: AddressRange, in type: RegionType
  ) throws(MemblockError) {
    defer { debugCheck() }
    let indices = try isolate(Extent(range), in: type)
    update(type) { table in
      for index in indices {
        let others = table.attributes(index).bits & ~mask
        table.setAttributes(RegionAttributes(bits: others | bits), at: index)
      }
      table.merge(around: indices)
    }
  }

  /// What a reservation that the kernel makes for itself is recorded as.
  @inline(__always)
  func kernelReservation(on node: NodeID) -> RegionAttributes {
    rules.marksKernelReservations ? RegionAttributes(flags: .reservedKernel, node: node) : .plain
  }
}
