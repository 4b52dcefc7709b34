import Addressing
import Memblock
import MemoryMap

/// What the last kernel has left, taken over in this order:
///
///     try table.check(against: map, memblock)      this machine still has that memory, and it is unused
///     try memblock.allocateOnlyScratch(of: table)  tables that grow from here on keep off what is kept
///     try memblock.addRAM(…)
///     try memblock.reservePreserved(of: table)     any memory may be allocated again
///
/// Linux: `kho_populate`, `kho_mem_deserialize`, `reserve_mem_kho_revive`. There only scratch memory is
/// allocated until the hand-over to the page allocator, because what is kept is known late; here it is
/// reserved as soon as there is RAM, so scratch memory has to hold memblock's grown tables alone.
extension PreservationTable {
  /// Checks what is kept, and scratch memory, against this boot. O(entries × map).
  ///
  /// - Parameters:
  ///   - map: The memory map, after the command line.
  ///   - memblock: All that this kernel and its loader take is reserved in it; it knows no memory yet.
  /// - Throws: the first rule that is broken.
  public func check(
    against map: borrowing MemoryMap, _ memblock: borrowing Memblock
  ) throws(PreservationViolation) {
    for index in 0..<count {
      let entry = self[index]
      guard entry.kind.isOutsideMemblock else { continue }
      let isInReach = entry.kind != .scratch || entry.range.end <= memblock.currentLimit
      guard map.covers(entry.range, type: .usable), isInReach else {
        throw .entry(index, entry.range, .notRAM)
      }
      guard !memblock.isReserved(entry.range) else { throw .entry(index, entry.range, .inUse) }
    }
  }
}

extension Memblock {
  /// Calls a function with each reservation that has a name and was not released, as the next kernel is to be
  /// told of it. O(reservations); still known after the memblock has ended.
  public func forEachNamedReservation(_ body: (PreservationTable.Entry) -> Void) {
    var number = 0
    while let (name, range) = namedReservation(number) {
      number += 1
      if !range.isEmpty { body(.init(.named, range, name: PreservedName(name))) }
    }
  }

  /// Makes the scratch memory the only one that is allocated.
  ///
  /// - Throws: where memblock's first table of memory is full.
  public mutating func allocateOnlyScratch(
    of table: PreservationTable
  ) throws(MemblockError) {
    for index in 0..<table.count where table[index].kind == .scratch {
      try add(table[index].range)
      try markScratch(table[index].range)
    }
    allocatesOnlyScratch = true
  }

  /// Reserves what is kept, and lets all other memory be allocated.
  ///
  /// - Throws: where the scratch memory is too small for the tables to grow.
  public mutating func reservePreserved(of table: PreservationTable) throws(MemblockError) {
    try logging(as: "kho_mem_deserialize") { (memblock) throws(MemblockError) in
      for index in 0..<table.count {
        let entry = table[index]
        switch entry.kind {
        case .named: try memblock.keep(entry.range, named: entry.name.words)
        case .pages: try memblock.reserve(entry.range)
        case .memory, .reserved, .scratch: break
        }
      }
    }
    // Not before all is reserved: the table may grow for any of them.
    allocatesOnlyScratch = false
    for index in 0..<table.count where table[index].kind == .scratch {
      try clearScratch(table[index].range)
    }
  }
}
