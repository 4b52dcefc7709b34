import Addressing
import Memblock
import MemblockHeader

/// Whether pointers can be given; says so in the log where they can't.
private func hasWindow() -> Bool {
  if unsafe window != nil { return true }
  complain("memblock_alloc: no memory can be seen before memblock_set_window")
  return false
}

/// Where C code sees an allocation; null where it can't, or there is none.
private func pointer(to address: UInt64) -> UnsafeMutableRawPointer? {
  guard address != 0, let window = unsafe window,
    window.range.contains(PhysicalAddress(address))
  else { return nil }
  return unsafe window.pointer(to: PhysicalAddress(address), count: 0)
}

@c(memblock_alloc_range_nid)
func allocRangeNid(
  size: UInt64, alignment: UInt64, start: UInt64, end: UInt64, nid: CInt, exactNid: Bool
) -> UInt64 {
  allocate { (memblock) throws(MemblockError) in
    try memblock.allocate(
      size: size, alignment: alignment, minimum: PhysicalAddress(start),
      maximum: PhysicalAddress(linuxUpperBound: end), node: wanted(nid), isNodeExact: exactNid)
  }
}

@c(memblock_phys_alloc_range)
func physAllocRange(
  size: UInt64, alignment: UInt64, start: UInt64, end: UInt64
) -> UInt64 {
  allocRangeNid(
    size: size, alignment: alignment, start: start, end: end, nid: -1, exactNid: false)
}

@c(memblock_phys_alloc_try_nid)
func physAllocTryNid(size: UInt64, alignment: UInt64, nid: CInt) -> UInt64 {
  allocRangeNid(size: size, alignment: alignment, start: 0, end: 0, nid: nid, exactNid: false)
}

@c(memblock_alloc_try_nid)
func allocTryNid(
  size: UInt64, alignment: UInt64, minimum: UInt64, maximum: UInt64, nid: CInt
) -> UnsafeMutableRawPointer? {
  guard hasWindow() else { return nil }
  let address = allocate { (memblock) throws(MemblockError) in
    try memblock.allocateZeroed(
      size: size, alignment: alignment, preferring: PhysicalAddress(minimum),
      maximum: PhysicalAddress(linuxUpperBound: maximum), node: wanted(nid))
  }
  return unsafe pointer(to: address)
}

@c(memblock_alloc_try_nid_raw)
func allocTryNidRaw(
  size: UInt64, alignment: UInt64, minimum: UInt64, maximum: UInt64, nid: CInt
) -> UnsafeMutableRawPointer? {
  unsafe allocRaw(size, alignment, minimum, maximum, nid, exactly: false)
}

@c(memblock_alloc_exact_nid_raw)
func allocExactNidRaw(
  size: UInt64, alignment: UInt64, minimum: UInt64, maximum: UInt64, nid: CInt
) -> UnsafeMutableRawPointer? {
  unsafe allocRaw(size, alignment, minimum, maximum, nid, exactly: true)
}

@c(memblock_alloc_hugetlb)
func allocHugetlb(size: UInt64, nid: CInt, exactNid: Bool) -> UnsafeMutableRawPointer? {
  guard hasWindow() else { return nil }
  let address = allocate { (memblock) throws(MemblockError) in
    try memblock.allocateHugePage(size: size, node: wanted(nid), isNodeExact: exactNid)
  }
  return unsafe pointer(to: address)
}

private func allocRaw(
  _ size: UInt64, _ alignment: UInt64, _ minimum: UInt64, _ maximum: UInt64, _ nid: CInt,
  exactly: Bool
) -> UnsafeMutableRawPointer? {
  guard hasWindow() else { return nil }
  let address = allocate { (memblock) throws(MemblockError) in
    try memblock.allocateRaw(
      size: size, alignment: alignment, preferring: PhysicalAddress(minimum),
      maximum: PhysicalAddress(linuxUpperBound: maximum), node: wanted(nid), isNodeExact: exactly)
  }
  return unsafe pointer(to: address)
}
