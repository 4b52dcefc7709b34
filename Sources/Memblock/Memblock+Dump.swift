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

extension TextSink where Self: ~Copyable {
  fileprivate mutating func write(_ flags: RegionFlags) {
    var rest = flags.rawValue
    while rest != 0 {
      switch rest.trailingZeroBitCount {
      case 0: write("HOTPLUG")
      case 1: write("MIRROR")
      case 2: write("NOMAP")
      case 3: write("DRV_MNG")
      case 4: write("RSV_NIT")
      case 5: write("RSV_KERN")
      case 6: write("KHO_SCRATCH")
      case 7: write("RSV_HUGETLB")
      default: write("UNKNOWN")
      }
      rest &= rest - 1
      if rest != 0 { write("|") }
    }
  }
}

extension RegionView {
  /// Writes one table as the file of its name in `/sys/kernel/debug/memblock` shows it: a line a
  /// region with its index, first and last byte, node or `x`, and its flags. O(n).
  ///
  /// Linux: `memblock_debug_show` of 6.12; `RSV_KERN` is what later versions add.
  public func writeDebugList(to sink: inout some TextSink & ~Copyable) {
    for index in indices {
      let region = self[index]
      sink.write(decimal: UInt64(index), width: 4)
      sink.write(": ")
      sink.write(region.base)
      sink.write("..")
      sink.write(PhysicalAddress(region.base.value &+ region.size &- 1))
      sink.write(" ")
      if region.node.isValid {
        sink.write(decimal: UInt64(region.node.value), width: 4)
      } else {
        sink.write("   x")
      }
      sink.write(" ")
      if region.flags.isEmpty {
        sink.write("NONE")
      } else {
        sink.write(region.flags)
      }
      sink.write("\n")
    }
  }

  /// Writes one table. Linux: `memblock_dump`.
  public func dump(to sink: inout some TextSink & ~Copyable) {
    sink.write(" ")
    sink.write(type)
    sink.write(".cnt  = ")
    sink.write(hex: UInt64(count))
    sink.write("\n")
    for index in indices {
      sink.write(" ")
      sink.write(type)
      sink.write("[")
      sink.write(hex: UInt64(index))
      sink.write("]\t")
      self[index].write(to: &sink)
      sink.write("\n")
    }
  }
}

extension Region {
  /// Writes the region in one line as Linux's `memblock_dump` does, without a line break.
  public func write(to sink: inout some TextSink & ~Copyable) {
    sink.write(inclusive: range)
    sink.write(", ")
    sink.write(hex: size, digits: 16)
    sink.write(" bytes")
    if node.isValid {
      sink.write(" on node ")
      sink.write(signed: node.value)
    }
    sink.write(" flags: ")
    sink.write(hex: UInt64(flags.rawValue))
  }
}
