import Addressing
import Memblock
import MemblockHeader

@c(memblock_add)
func add(base: UInt64, size: UInt64) -> CInt {
  change { (memblock) throws(MemblockError) in
    try memblock.add(range(base, size))
  }
}

@c(memblock_add_node)
func addNode(base: UInt64, size: UInt64, nid: CInt, flags: memblock_flags) -> CInt {
  change { (memblock) throws(MemblockError) in
    try memblock.add(
      range(base, size), node: given(nid, in: .memory),
      flags: RegionFlags(rawValue: flags.rawValue))
  }
}

@c(memblock_remove)
func remove(base: UInt64, size: UInt64) -> CInt {
  change { (memblock) throws(MemblockError) in
    try memblock.remove(range(base, size))
  }
}

@c(memblock_reserve)
func reserve(base: UInt64, size: UInt64) -> CInt {
  change { (memblock) throws(MemblockError) in
    try memblock.reserve(range(base, size))
  }
}

@c(__memblock_reserve)
func reserveOnNode(base: UInt64, size: UInt64, nid: CInt, flags: memblock_flags) -> CInt {
  change { (memblock) throws(MemblockError) in
    try memblock.reserve(
      range(base, size), node: given(nid, in: .reserved),
      flags: RegionFlags(rawValue: flags.rawValue))
  }
}

@c(memblock_phys_free)
func physFree(base: UInt64, size: UInt64) -> CInt {
  if isFreeingLate { return freeLate(range(base, size)) }
  return change { (memblock) throws(MemblockError) in
    try memblock.free(range(base, size))
  }
}

@c(memblock_free)
func free(pointer: UnsafeMutableRawPointer?, size: Int) {
  guard let pointer = unsafe pointer, let window = unsafe window else { return }
  let address = VirtualAddress(UInt64(UInt(bitPattern: pointer)))
  guard let base = window.physicalAddress(of: address) else { return }
  _ = physFree(base: base.value, size: UInt64(UInt(bitPattern: size)))
}

#if !WithoutPhysmem
  @c(memblock_physmem_add)
  func physmemAdd(base: UInt64, size: UInt64) -> CInt {
    change { (memblock) throws(MemblockError) in
      try memblock.addPhysmem(range(base, size))
    }
  }
#endif

@c(memblock_set_node)
func setNode(
  base: UInt64, size: UInt64, table: UnsafeMutablePointer<memblock_type>?, nid: CInt
) -> CInt {
  guard unsafe hasNodes else { return 0 }
  guard let type = unsafe RegionType(table) else { return -22 }
  return change { (memblock) throws(MemblockError) in
    try memblock.setNode(NodeID(nid), of: range(base, size), in: type)
  }
}

@c(memblock_mark_hotplug)
func markHotplug(base: UInt64, size: UInt64) -> CInt {
  change { (memblock) throws(MemblockError) in try memblock.markHotplug(range(base, size)) }
}

@c(memblock_clear_hotplug)
func clearHotplug(base: UInt64, size: UInt64) -> CInt {
  change { (memblock) throws(MemblockError) in try memblock.clearHotplug(range(base, size)) }
}

@c(memblock_mark_mirror)
func markMirror(base: UInt64, size: UInt64) -> CInt {
  change { (memblock) throws(MemblockError) in try memblock.markMirror(range(base, size)) }
}

@c(memblock_mark_nomap)
func markNoMap(base: UInt64, size: UInt64) -> CInt {
  change { (memblock) throws(MemblockError) in try memblock.markNoMap(range(base, size)) }
}

@c(memblock_clear_nomap)
func clearNoMap(base: UInt64, size: UInt64) -> CInt {
  change { (memblock) throws(MemblockError) in try memblock.clearNoMap(range(base, size)) }
}

@c(memblock_reserved_mark_noinit)
func reservedMarkNoInit(base: UInt64, size: UInt64) -> CInt {
  change { (memblock) throws(MemblockError) in try memblock.markReservedNoInit(range(base, size)) }
}

@c(memblock_reserved_mark_kern)
func reservedMarkKern(base: UInt64, size: UInt64) -> CInt {
  change { (memblock) throws(MemblockError) in try memblock.markReservedKernel(range(base, size)) }
}

@c(memblock_mark_kho_scratch)
func markKhoScratch(base: UInt64, size: UInt64) -> CInt {
  change { (memblock) throws(MemblockError) in try memblock.markScratch(range(base, size)) }
}

@c(memblock_clear_kho_scratch)
func clearKhoScratch(base: UInt64, size: UInt64) -> CInt {
  change { (memblock) throws(MemblockError) in try memblock.clearScratch(range(base, size)) }
}

// MARK: Cutting the memory down

@c(memblock_trim_memory)
func trimMemory(alignment: UInt64) {
  _ = change { (memblock) throws(MemblockError) in try memblock.trimMemory(to: alignment) }
}

@c(memblock_enforce_memory_limit)
func enforceMemoryLimit(limit: UInt64) {
  _ = change { (memblock) throws(MemblockError) in try memblock.enforceMemoryLimit(limit) }
}

@c(memblock_cap_memory_range)
func capMemoryRange(base: UInt64, size: UInt64) {
  _ = change { (memblock) throws(MemblockError) in
    try memblock.capMemory(at: PhysicalAddress(base), size: size)
  }
}

@c(memblock_mem_limit_remove_map)
func memLimitRemoveMap(limit: UInt64) {
  _ = change { (memblock) throws(MemblockError) in try memblock.limitMappedMemory(limit) }
}
