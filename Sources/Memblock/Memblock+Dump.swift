public import Addressing

extension Memblock {
  /// Writes the tables as Linux does with `memblock=debug`, to the character. `physmem` is
  /// written where it has regions, as on machines whose Linux has that table.
  ///
  /// Linux: `memblock_dump_all`.
  public func dump(to sink: inout some TextSink & ~Copyable) {
    sink.write("MEMBLOCK configuration:\n")
    sink.write(" memory size = ")
    sink.write(hex: memoryTable.totalSize, digits: 16)
    sink.write(" reserved size = ")
    sink.write(hex: reservedTable.totalSize, digits: 16)
    sink.write("\n")
    memory.dump(to: &sink)
    reserved.dump(to: &sink)
    #if !WithoutPhysmem
      if !physmem.isEmpty { physmem.dump(to: &sink) }
    #endif
  }
}

extension RegionView {
  /// Writes one table. Linux: `memblock_dump`.
  public func dump(to sink: inout some TextSink & ~Copyable) {
    sink.write(" ")
    sink.write(type)
    sink.write(".cnt  = ")
    sink.write(hex: UInt64(count))
    sink.write("\n")
    for index in indices {
      let region = self[index]
      sink.write(" ")
      sink.write(type)
      sink.write("[")
      sink.write(hex: UInt64(index))
      sink.write("]\t[")
      sink.write(region.base)
      sink.write("-")
      sink.write(PhysicalAddress(region.base.value &+ region.size &- 1))
      sink.write("], ")
      sink.write(hex: region.size, digits: 16)
      sink.write(" bytes")
      if region.node.isValid {
        sink.write(" on node ")
        sink.write(signed: region.node.value)
      }
      sink.write(" flags: ")
      sink.write(hex: UInt64(region.flags.rawValue))
      sink.write("\n")
    }
  }
}
