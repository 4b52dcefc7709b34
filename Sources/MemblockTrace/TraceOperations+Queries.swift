import Addressing
import Memblock

/// What can be asked of a memblock: one answer, or a list of ranges.
extension TraceRunner {
  static let queries: [String: TraceOperation] = [
    "is_memory": .truth("address") { (memblock, line) in
      memblock.isMemory(PhysicalAddress(line.argument(0)))
    },
    "is_map_memory": .truth("address") { (memblock, line) in
      memblock.isMappedMemory(PhysicalAddress(line.argument(0)))
    },
    "is_reserved": .truth("address") { (memblock, line) in
      memblock.isReserved(PhysicalAddress(line.argument(0)))
    },
    "is_region_memory": .truth("base size") { (memblock, line) in
      memblock.isMemory(line.range)
    },
    "is_region_reserved": .truth("base size") { (memblock, line) in
      memblock.isReserved(line.range)
    },
    "overlaps_mem": .truth("base size") { (memblock, line) in
      memblock.overlaps(line.range, in: .memory)
    },
    "overlaps_rsv": .truth("base size") { (memblock, line) in
      memblock.overlaps(line.range, in: .reserved)
    },
    "numa_coverage": .truth("threshold") { (memblock, line) in
      memblock.coversNodes(exceptFor: line.argument(0))
    },
    "mem_size": .address("") { (memblock, _) in PhysicalAddress(memblock.memorySize) },
    "rsv_size": .address("") { (memblock, _) in PhysicalAddress(memblock.reservedSize) },
    // Linux reads the first entry of an empty table, which it keeps at 0.
    "start_of_dram": .address("") { (memblock, _) in memblock.startOfMemory ?? .zero },
    "end_of_dram": .address("") { (memblock, _) in memblock.endOfMemory },
    "kern_size": .address("limit [nid]") { (memblock, line) in
      PhysicalAddress(
        memblock.kernelReservedSize(below: PhysicalAddress(line.argument(0)), node: line.node(1)))
    },
    "hugetlb_size": .address("limit [nid]") { (memblock, line) in
      PhysicalAddress(
        memblock.hugePageReservedSize(
          below: PhysicalAddress(line.argument(0)), node: line.node(1)))
    },
    "nr_free_pages": .address("") { (memblock, _) in
      PhysicalAddress(memblock.estimatedFreeFrames)
    },
  ]

  static let listings: [String: TraceOperation] = [
    "search_pfn_nid": .custom("pfn") { (runner, line) throws(MemblockError) in
      let found = runner.memblock.region(holding: PageFrameNumber(line.argument(0)))
      runner.writeText(" = ")
      runner.write(node: found?.node ?? .none)
      runner.writeText(" ")
      runner.writeHex(found?.frames.lowerBound.value ?? 0)
      runner.writeText(" ")
      runner.writeHex(found?.frames.upperBound.value ?? 0)
      runner.writeText("\n")
    },
    "free_ranges": .listing("[nid [flags]]") { (memblock, line, list) in
      memblock.forEachFreeRange(node: line.node(0), flags: line.flags(1)) { list.append(.init($0)) }
    },
    "free_ranges_rev": .listing("[nid [flags]]") { (memblock, line, list) in
      memblock.forEachFreeRange(.downwards, node: line.node(0), flags: line.flags(1)) {
        list.append(.init($0))
      }
    },
    "mem_ranges": .listing("") { (memblock, _, list) in
      memblock.forEachMemoryRange { list.append(.init($0.range)) }
    },
    "rsv_ranges": .listing("") { (memblock, _, list) in
      memblock.forEachReservedRange { list.append(.init($0.range)) }
    },
    "pfn_ranges": .listing("[nid]") { (memblock, line, list) in
      memblock.forEachFrameRange(node: line.node(0)) { list.append(.init($0)) }
    },
    "physmem_ranges": .listing("") { (memblock, _, list) in
      memblock.forEachPhysmemRange(outside: .memory) { list.append(.init($0.range)) }
    },
    "zone_ranges": .listing("nid start_pfn end_pfn") { (memblock, line, list) in
      let first = PageFrameNumber(line.argument(1))
      let end = PageFrameNumber(line.argument(2))
      guard first < end else { return }
      memblock.forEachFreeFrameRange(node: line.node(0), in: first..<end) {
        list.append(.zone($0))
      }
    },
    "free_all": .custom("[max_low_pfn]") { (runner, line) throws(MemblockError) in
      try runner.freeAll(below: PageFrameNumber(line.argument(0, otherwise: .max)))
    },
    "dump": .custom("") { (runner, _) throws(MemblockError) in
      runner.writeText("\n")
      runner.writeTables()
    },
    "hash": .custom("") { (runner, _) throws(MemblockError) in
      runner.writeText(" = ")
      runner.writeDigits(StateHash(runner.memblock).value)
      runner.writeText("\n")
    },
  ]
}
