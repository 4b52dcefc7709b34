import Addressing
import Memblock

extension TraceRunner {
  /// What each operation of the language takes, by the operation's name.
  public static let operands: [String: TraceOperands] = operations.mapValues(\.operands)

  /// Every operation of the language by its name.
  static let operations: [String: TraceOperation] = [
    changes, allocations, settings, queries, listings, named, late,
  ]
  .reduce(into: [:]) { all, some in all.merge(some) { first, _ in first } }

  private static let changes: [String: TraceOperation] = [
    "add": .change("base size") { (memblock, line) throws(MemblockError) in
      try memblock.add(line.range)
    },
    "add_node": .change("base size nid flags") { (memblock, line) throws(MemblockError) in
      try memblock.add(line.range, node: line.node(2), flags: line.flags(3))
    },
    "remove": .change("base size") { (memblock, line) throws(MemblockError) in
      try memblock.remove(line.range)
    },
    "reserve": .change("base size") { (memblock, line) throws(MemblockError) in
      try memblock.reserve(line.range)
    },
    "free": .change("base size") { (memblock, line) throws(MemblockError) in
      try memblock.free(line.range)
    },
    "mark_hotplug": .change("base size") { (memblock, line) throws(MemblockError) in
      try memblock.markHotplug(line.range)
    },
    "clear_hotplug": .change("base size") { (memblock, line) throws(MemblockError) in
      try memblock.clearHotplug(line.range)
    },
    "mark_mirror": .change("base size") { (memblock, line) throws(MemblockError) in
      try memblock.markMirror(line.range)
    },
    "mark_nomap": .change("base size") { (memblock, line) throws(MemblockError) in
      try memblock.markNoMap(line.range)
    },
    "clear_nomap": .change("base size") { (memblock, line) throws(MemblockError) in
      try memblock.clearNoMap(line.range)
    },
    "mark_noinit": .change("base size") { (memblock, line) throws(MemblockError) in
      try memblock.markReservedNoInit(line.range)
    },
    "reserve_kern": .change("base size") { (memblock, line) throws(MemblockError) in
      try memblock.reserve(line.range, node: .none, flags: .reservedKernel)
    },
    "reserve_node": .change("base size nid flags") { (memblock, line) throws(MemblockError) in
      try memblock.reserve(line.range, node: line.node(2), flags: line.flags(3))
    },
    "mark_kern": .change("base size") { (memblock, line) throws(MemblockError) in
      try memblock.markReservedKernel(line.range)
    },
    "mark_scratch": .change("base size") { (memblock, line) throws(MemblockError) in
      try memblock.markScratch(line.range)
    },
    "clear_scratch": .change("base size") { (memblock, line) throws(MemblockError) in
      try memblock.clearScratch(line.range)
    },
    "set_node": .change("base size nid") { (memblock, line) throws(MemblockError) in
      try memblock.setNode(line.node(2), of: line.range)
    },
    "set_node_rsv": .change("base size nid") { (memblock, line) throws(MemblockError) in
      try memblock.setNode(line.node(2), of: line.range, in: .reserved)
    },
    "physmem_add": .change("base size") { (memblock, line) throws(MemblockError) in
      try memblock.addPhysmem(line.range)
    },
    "trim": .plain("align") { (memblock, line) throws(MemblockError) in
      try memblock.trimMemory(to: line.argument(0))
    },
    "enforce_limit": .plain("limit") { (memblock, line) throws(MemblockError) in
      try memblock.enforceMemoryLimit(line.argument(0))
    },
    "cap": .plain("base size") { (memblock, line) throws(MemblockError) in
      try memblock.capMemory(at: PhysicalAddress(line.argument(0)), size: line.argument(1))
    },
    "mem_limit_remove_map": .plain("limit") { (memblock, line) throws(MemblockError) in
      try memblock.limitMappedMemory(line.argument(0))
    },
  ]

  private static let allocations: [String: TraceOperation] = [
    "alloc": .address("size align [min max [nid]]") { (memblock, line) throws(MemblockError) in
      try memblock.allocate(
        size: line.argument(0), alignment: line.argument(1), minimum: line.minimum,
        maximum: line.maximum, node: line.node(4)
      ).start
    },
    "alloc_exact": .address("size align [min max [nid]]") {
      (memblock, line) throws(MemblockError) in
      try memblock.allocate(
        size: line.argument(0), alignment: line.argument(1), minimum: line.minimum,
        maximum: line.maximum, node: line.node(4), isNodeExact: true
      ).start
    },
    "phys_alloc_range": .address("size align min max") { (memblock, line) throws(MemblockError) in
      try memblock.allocate(
        size: line.argument(0), alignment: line.argument(1), minimum: line.minimum,
        maximum: line.maximum
      ).start
    },
    "phys_alloc_try_nid": .address("size align [nid]") { (memblock, line) throws(MemblockError) in
      try memblock.allocate(
        size: line.argument(0), alignment: line.argument(1), node: line.node(2)
      ).start
    },
    "try_nid": .address("size align [min max [nid]]") { (memblock, line) throws(MemblockError) in
      try memblock.allocateZeroed(
        size: line.argument(0), alignment: line.argument(1), preferring: line.minimum,
        maximum: line.maximum, node: line.node(4)
      ).start
    },
    "try_nid_raw": .address("size align [min max [nid]]") {
      (memblock, line) throws(MemblockError) in
      try memblock.allocateRaw(
        size: line.argument(0), alignment: line.argument(1), preferring: line.minimum,
        maximum: line.maximum, node: line.node(4)
      ).start
    },
    "exact_nid_raw": .address("size align [min max [nid]]") {
      (memblock, line) throws(MemblockError) in
      try memblock.allocateRaw(
        size: line.argument(0), alignment: line.argument(1), preferring: line.minimum,
        maximum: line.maximum, node: line.node(4), isNodeExact: true
      ).start
    },
    "alloc_or_panic": .address("size align") { (memblock, line) throws(MemblockError) in
      try memblock.allocateZeroed(size: line.argument(0), alignment: line.argument(1)).start
    },
    "alloc_hugetlb": .address("size [nid [exact]]") { (memblock, line) throws(MemblockError) in
      try memblock.allocateHugePage(
        size: line.argument(0), node: line.node(1), isNodeExact: line.argument(2) != 0
      ).start
    },
  ]

  private static let settings: [String: TraceOperation] = [
    "reset": .custom("") { (runner, _) throws(MemblockError) in
      runner.reset()
      runner.writeText("\n")
    },
    "resize": .custom("") { (runner, _) throws(MemblockError) in
      runner.allowResize()
      runner.writeText("\n")
    },
    "rules": .custom("version") { (runner, line) throws(MemblockError) in
      runner.follow(version: line.argument(0))
      runner.writeText("\n")
    },
    "scratch_only": .plain("on") { (memblock, line) throws(MemblockError) in
      memblock.allocatesOnlyScratch = line.isOn
    },
    "bottom_up": .plain("on") { (memblock, line) throws(MemblockError) in
      memblock.isBottomUp = line.isOn
    },
    "limit": .plain("address") { (memblock, line) throws(MemblockError) in
      memblock.currentLimit = PhysicalAddress(line.argument(0))
    },
    "movable_node": .plain("on") { (memblock, line) throws(MemblockError) in
      memblock.keepsHotplugFree = line.isOn
    },
    "mirrored_kernelcore": .plain("on") { (memblock, line) throws(MemblockError) in
      memblock.kernelCoreIsMirrored = line.isOn
    },
  ]

  private static let named: [String: TraceOperation] = [
    "reserve_mem": .change("size align name") { (memblock, line) throws(MemblockError) in
      let name = line.name(2)
      _ = try memblock.reserve(
        named: name.span.raw, size: line.argument(0), alignment: line.argument(1))
    },
    "reserve_mem_find": .listing("name") { (memblock, line, list) in
      let name = line.name(0)
      if let found = memblock.reservation(named: name.span.raw) {
        list.append(.init(found))
      }
    },
    "reserve_mem_release": .custom("name") { (runner, line) throws(MemblockError) in
      let name = line.name(0)
      runner.writeReleased { (memblock, receiver) throws(MemblockError) in
        try memblock.release(named: name.span.raw, to: &receiver)
      }
    },
  ]

  private static let late: [String: TraceOperation] = [
    "free_late": .custom("base size") { (runner, line) throws(MemblockError) in
      runner.writeReleased { (memblock, receiver) throws(MemblockError) in
        try memblock.freeLate(line.range, to: &receiver)
      }
    },
    "discard": .custom("") { (runner, _) throws(MemblockError) in
      runner.writeReleased { (memblock, receiver) throws(MemblockError) in
        try memblock.tearDown(to: &receiver)
      }
    },
  ]
}
