import Addressing
import Memblock
import MemoryMap

/// The map's RAM handed to memblock.
extension MemoryMap {
  /// Adds all that is usable to `memory`, in whole pages inwards, and reserves what is
  /// soft-reserved. By the rules of Linux 7.3 the first MiB is scratch memory then, until
  /// `reserveFirstMebibyte`. O(n log n).
  ///
  /// Partial pages are cut off after all entries have been added, as in Linux, so that
  /// neighbours which share a page make a whole one; the total size keeps the cut-off bytes.
  ///
  /// - Throws: where memblock's tables are full and may not grow.
  ///
  /// Linux: `e820__memblock_setup`, without its first line (`memblock_allow_resize`) and its
  /// last (`memblock_dump_all`).
  public func register(in memblock: inout Memblock) throws(MemblockError) {
    try memblock.logging(as: "e820__memblock_setup") { (memblock) throws(MemblockError) in
      for index in 0..<count {
        let entry = self[index]
        if entry.type == .softReserved { try memblock.reserve(entry.range) }
        if entry.type == .usable { try memblock.add(entry.range) }
      }
      if memblock.rules.firstMebibyteIsScratch { try memblock.markScratch(.firstMebibyte) }
      try memblock.trimMemory(to: PageFrameNumber.size)
    }
  }

  /// Hands the soft-reserved memory in `range` over to the driver it was set apart for: it
  /// becomes memory of `node` that the driver manages, and is no longer reserved. What isn't
  /// soft-reserved stays as it is.
  ///
  /// Linux: `add_memory_driver_managed`, as `dax_kmem` calls it.
  ///
  /// - Returns: the number of bytes handed over.
  /// - Throws: where memblock's tables are full and may not grow.
  @discardableResult
  public func handOverSoftReserved(
    in range: AddressRange, node: NodeID, to memblock: inout Memblock
  ) throws(MemblockError) -> UInt64 {
    var bytes: UInt64 = 0
    for index in 0..<count where self[index].type == .softReserved {
      guard let shared = self[index].range.intersection(range) else { continue }
      try memblock.add(shared, node: node, flags: .driverManaged)
      try memblock.free(shared)
      bytes += shared.size
    }
    return bytes
  }
}
