import Addressing
import Memblock
import MemblockHeader

@c(memblock_is_memory)
func isMemory(address: UInt64) -> Bool {
  ask { $0.isMemory(PhysicalAddress(address)) }
}

@c(memblock_is_map_memory)
func isMapMemory(address: UInt64) -> Bool {
  ask { $0.isMappedMemory(PhysicalAddress(address)) }
}

@c(memblock_is_reserved)
func isReserved(address: UInt64) -> Bool {
  ask { $0.isReserved(PhysicalAddress(address)) }
}

@c(memblock_is_region_memory)
func isRegionMemory(base: UInt64, size: UInt64) -> Bool {
  ask { $0.isMemory(range(base, size)) }
}

@c(memblock_is_region_reserved)
func isRegionReserved(base: UInt64, size: UInt64) -> Bool {
  ask { $0.isReserved(range(base, size)) }
}

@c(memblock_overlaps_region)
func overlapsRegion(
  table: UnsafeMutablePointer<memblock_type>?, base: UInt64, size: UInt64
) -> Bool {
  guard let type = unsafe RegionType(table) else { return false }
  return ask { $0.overlaps(range(base, size), in: type) }
}

@c(memblock_addrs_overlap)
func addrsOverlap(base1: UInt64, size1: UInt64, base2: UInt64, size2: UInt64) -> UInt {
  base1 < base2 &+ size2 && base2 < base1 &+ size1 ? 1 : 0
}

@c(memblock_phys_mem_size)
func physMemSize() -> UInt64 { ask { $0.memorySize } }

@c(memblock_reserved_size)
func reservedSize() -> UInt64 { ask { $0.reservedSize } }

@c(memblock_start_of_DRAM)
func startOfDRAM() -> UInt64 { ask { $0.startOfMemory?.value ?? 0 } }

@c(memblock_end_of_DRAM)
func endOfDRAM() -> UInt64 { ask { $0.endOfMemory?.value ?? 0 } }

@c(memblock_estimated_nr_free_pages)
func estimatedNrFreePages() -> UInt {
  ask { UInt($0.estimatedFreeFrames) }
}

@c(memblock_reserved_kern_size)
func reservedKernSize(limit: UInt64, nid: CInt) -> UInt64 {
  ask { $0.kernelReservedSize(below: PhysicalAddress(limit), node: wanted(nid)) }
}

@c(memblock_reserved_hugetlb_size)
func reservedHugetlbSize(limit: UInt64, nid: CInt) -> UInt64 {
  ask { $0.hugePageReservedSize(below: PhysicalAddress(limit), node: wanted(nid)) }
}

@c(memblock_validate_numa_coverage)
func validateNumaCoverage(thresholdBytes: UInt) -> Bool {
  ask { $0.coversNodes(exceptFor: UInt64(thresholdBytes)) }
}

@c(memblock_search_pfn_nid)
func searchPfnNid(
  pfn: UInt, start: UnsafeMutablePointer<UInt>?, end: UnsafeMutablePointer<UInt>?
) -> CInt {
  adopt()
  guard let found = unsafe allocator.region(holding: PageFrameNumber(UInt64(pfn))) else {
    return -1
  }
  unsafe start?.pointee = UInt(found.frames.lowerBound.value)
  unsafe end?.pointee = UInt(found.frames.upperBound.value)
  return found.node.value
}

@c(memblock_get_region)
func getRegion(
  table: UnsafePointer<memblock_type>?, index: UInt, region: UnsafeMutablePointer<memblock_region>?
) -> Bool {
  guard let type = unsafe RegionType(table), let region = unsafe region else { return false }
  adopt()
  guard let found = unsafe allocator.region(type, at: index) else { return false }
  unsafe region.pointee = row(found)
  return true
}

@c(memblock_get_regions)
func getRegions(
  table: UnsafePointer<memblock_type>?, first: UInt,
  regions: UnsafeMutablePointer<memblock_region>?, count: UInt
) -> UInt {
  guard let type = unsafe RegionType(table), let regions = unsafe regions else { return 0 }
  adopt()
  let first = Int(clamping: first)
  return unsafe UInt(allocator.copyRegions(type, from: first, to: regions, Int(clamping: count)))
}

extension Memblock {
  fileprivate func region(_ type: RegionType, at index: UInt) -> Region? {
    index < regions(type).count ? regions(type)[Int(index)] : nil
  }
}
