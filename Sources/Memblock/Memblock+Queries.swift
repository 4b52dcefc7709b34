public import Addressing

/// Questions about what there is. Those about an address or a range take O(log n), the others O(1)
/// where they don't say more. They don't throw: after `tearDown(to:)` the tables are empty, and so are
/// the answers.
extension Memblock {
  /// Whether there is memory at `address`. Linux: `memblock_is_memory`.
  public func isMemory(_ address: PhysicalAddress) -> Bool {
    memoryTable.slots.index(of: address.value) != nil
  }

  /// Whether there is memory at `address` that belongs into the direct map. Linux:
  /// `memblock_is_map_memory`.
  public func isMappedMemory(_ address: PhysicalAddress) -> Bool {
    guard let index = memoryTable.slots.index(of: address.value) else { return false }
    return !memoryTable.attributes(index).flags.contains(.noMap)
  }

  /// Whether `address` is taken. Linux: `memblock_is_reserved`.
  public func isReserved(_ address: PhysicalAddress) -> Bool {
    reservedTable.slots.index(of: address.value) != nil
  }

  /// Whether one memory region holds all of `range`. Linux: `memblock_is_region_memory`.
  public func isMemory(_ range: AddressRange) -> Bool {
    guard let index = memoryTable.slots.index(of: range.start.value) else { return false }
    return memoryTable.extent(index).end >= range.end.value
  }

  /// Whether some of `range` is taken. Linux: `memblock_is_region_reserved`.
  public func isReserved(_ range: AddressRange) -> Bool {
    overlaps(range, in: .reserved)
  }

  /// Whether a region of the table shares a byte with `range`; for an empty range, whether its
  /// place is inside a region. Linux: `memblock_overlaps_region`.
  public func overlaps(_ range: AddressRange, in type: RegionType) -> Bool {
    regions(type).slots.overlaps(Extent(range))
  }

  /// The total size of `memory` in bytes. Linux: `memblock_phys_mem_size`.
  public var memorySize: UInt64 { memoryTable.totalSize }

  /// The total size of `reserved` in bytes. Linux: `memblock_reserved_size`.
  public var reservedSize: UInt64 { reservedTable.totalSize }

  /// The bytes that the kernel reserved for itself below `limit`, on a node or on any. O(n). Linux
  /// 6.16: `memblock_reserved_kern_size`.
  public func kernelReservedSize(
    below limit: PhysicalAddress, node: NodeID = .none
  ) -> UInt64 {
    reservedSize(with: .reservedKernel, below: limit, node: node)
  }

  /// The bytes reserved for huge pages below `limit`, on a node or on any. O(n). Linux 7.3:
  /// `memblock_reserved_hugetlb_size`.
  public func hugePageReservedSize(
    below limit: PhysicalAddress, node: NodeID = .none
  ) -> UInt64 {
    reservedSize(with: .reservedHugePages, below: limit, node: node)
  }

  private func reservedSize(
    with flag: RegionFlags, below limit: PhysicalAddress, node: NodeID
  ) -> UInt64 {
    var total: UInt64 = 0
    for index in 0..<reservedTable.count {
      let extent = reservedTable.extent(index)
      if extent.base > limit.value { break }
      let attributes = reservedTable.attributes(index)
      if node.isValid && attributes.node != node { continue }
      if attributes.flags.contains(flag) {
        total &+= min(extent.end, limit.value) &- extent.base
      }
    }
    return total
  }

  /// How many frames are free by the totals of the two tables; by the rules of 7.3, what the
  /// kernel has not reserved for itself, which takes O(n). Linux: `memblock_estimated_nr_free_pages`.
  public var estimatedFreeFrames: UInt64 {
    let taken = rules.marksKernelReservations ? kernelReservedSize(below: .max) : reservedSize
    return (memorySize &- taken) >> PageFrameNumber.shift
  }

  /// The lowest address of memory; `nil` where there is none. Linux:
  /// `memblock_start_of_DRAM`, which reads a stale entry then.
  public var startOfMemory: PhysicalAddress? {
    memoryTable.count > 0 ? PhysicalAddress(memoryTable.extent(0).base) : nil
  }

  /// The address past the highest byte of memory; `nil` where there is none. Linux:
  /// `memblock_end_of_DRAM`, which reads outside its array then.
  public var endOfMemory: PhysicalAddress? {
    let count = memoryTable.count
    return count > 0 ? PhysicalAddress(memoryTable.extent(count - 1).end) : nil
  }
}
