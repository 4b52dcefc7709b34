public import Addressing

/// Cutting memory to shape.
extension Memblock {
  /// Shrinks every memory region to multiples of `alignment`, and drops those that vanish.
  ///
  /// The total size of `memory` counts only what was dropped, not what was cut off, as in
  /// Linux. A region whose start rounds up past 2^64 vanishes. O(n).
  ///
  /// Linux: `memblock_trim_memory`.
  ///
  /// - Throws: `.tornDown`.
  public mutating func trimMemory(to alignment: UInt64) throws(MemblockError) {
    try requireLive()
    defer { debugCheck() }
    let mask = alignment &- 1
    var index = 0
    while index < memoryTable.count {
      let extent = memoryTable.extent(index)
      let base = ((extent.base &- 1) | mask) &+ 1
      let end = extent.end & ~mask
      if base >= end || base < extent.base {
        memoryTable.remove(index..<index + 1)
        continue
      }
      if base != extent.base || end != extent.end {
        memoryTable.setExtent(Extent(base: base, end: end), at: index)
      }
      index += 1
    }
  }

  /// Cuts `memory` and `reserved` off above the lowest `limit` bytes of memory; 0 means no
  /// limit. O(n).
  ///
  /// Linux: `memblock_enforce_memory_limit`.
  ///
  /// - Throws: `.tableInUse`, with both tables as they were, where a table that has grown lies
  ///   above the limit. `.tableFull` or `.cannotGrow` where `memory` or `reserved` had no room
  ///   for the split; the other of the two has been cut then, as in Linux.
  public mutating func enforceMemoryLimit(_ limit: UInt64) throws(MemblockError) {
    try requireLive()
    guard let end = memoryTable.end(ofLowest: limit) else { return }
    let above = Extent(base: end, end: .max)
    try removing(Removal(above), cutsMemory: true) { (memblock) throws(MemblockError) in
      var failure: MemblockError?
      do throws(MemblockError) {
        try memblock.remove(above, from: .memory)
      } catch {
        failure = error
      }
      // Linux goes on to the second table when the first could not be cut.
      try memblock.remove(above, from: .reserved)
      if let failure { throw failure }
    }
  }

  /// Drops all memory outside of `size` bytes at `base`, but for NOMAP regions, and all
  /// reservations there. O(n).
  ///
  /// Where `base + size` passes 2^64, Linux wraps it for the reservations though not for the
  /// memory, and so does this.
  ///
  /// Linux: `memblock_cap_memory_range`.
  ///
  /// - Throws: `.tableInUse`, with both tables as they were, where a table that has grown lies
  ///   outside; with `memory` cut, where `base + size` passes 2^64 and `reserved` would have to
  ///   grow into what is cut off. `.tableFull` or `.cannotGrow` where a table had no room for a
  ///   split: with both tables as they were where that was `memory`; where it was `reserved`,
  ///   what could be cut has been cut, as in Linux.
  public mutating func capMemory(
    at base: PhysicalAddress, size: UInt64
  ) throws(MemblockError) {
    try requireLive()
    if size == 0 { return }
    defer { debugCheck() }
    if memoryTable.totalSize == 0 {
      log.write { $0.write("memblock_cap_memory_range: No memory registered yet") }
      return
    }
    let below = Extent(base: 0, end: base.value)
    let above = Extent(base: base.value &+ size, end: .max)
    try removing(Removal(below, above), cutsMemory: true) { (memblock) throws(MemblockError) in
      let kept = Extent(AddressRange(at: base, size: size))
      let inside = try memblock.isolate(kept, in: .memory)
      memblock.dropMapped(inside.upperBound..<memblock.memoryTable.count)
      memblock.dropMapped(0..<inside.lowerBound)
      var failure: MemblockError?
      do throws(MemblockError) {
        try memblock.remove(below, from: .reserved)
      } catch {
        failure = error
      }
      try memblock.remove(above, from: .reserved)
      if let failure { throw failure }
    }
  }

  /// Keeps the lowest `limit` bytes of memory, and NOMAP regions wherever they are; 0 means no
  /// limit. O(n).
  ///
  /// Linux: `memblock_mem_limit_remove_map`.
  ///
  /// - Throws: as `capMemory(at:size:)`.
  public mutating func limitMappedMemory(_ limit: UInt64) throws(MemblockError) {
    try requireLive()
    guard let end = memoryTable.end(ofLowest: limit) else { return }
    try capMemory(at: .zero, size: end)
  }

  /// Drops those of the memory regions that are not NOMAP.
  private mutating func dropMapped(_ indices: Range<Int>) {
    var index = indices.upperBound
    while index > indices.lowerBound {
      index -= 1
      if memoryTable.attributes(index).flags.contains(.noMap) { continue }
      memoryTable.remove(index..<index + 1)
    }
  }
}

extension RegionTable {
  /// The address at which the lowest `limit` bytes of memory end; `nil` where there are fewer,
  /// or for 0. Linux: `__find_max_addr`.
  fileprivate func end(ofLowest limit: UInt64) -> UInt64? {
    if limit == 0 { return nil }
    var rest = limit
    for index in 0..<count {
      let extent = extent(index)
      if rest <= extent.size {
        let end = extent.base &+ rest
        return end == .max ? nil : end
      }
      rest -= extent.size
    }
    return nil
  }
}
