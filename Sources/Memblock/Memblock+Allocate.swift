public import Addressing

/// Allocation: free memory is found and reserved.
///
/// The highest address that fits is taken, or with `isBottomUp` the lowest. Where some memory is
/// mirrored, that is tried first. With a node, that node is tried before all others, and with
/// `isNodeExact` no other is. O(log n) to find it, but for candidates that only the
/// alignment rules out; then as `reserve`.
extension Memblock {
  /// Allocates physical memory and leaves its contents alone.
  ///
  /// Linux: `memblock_phys_alloc`, `memblock_phys_alloc_range`, `memblock_phys_alloc_try_nid`,
  /// `memblock_alloc_range_nid`.
  ///
  /// - Parameters:
  ///   - size: The bytes wanted.
  ///   - alignment: What the address must be a multiple of; 0 means a cache line.
  ///   - minimum: Nothing below here is given.
  ///   - maximum: Nothing at or above here is given; `nil` stands for the current limit.
  ///   - node: The node to take memory from, `.none` for any.
  ///   - isNodeExact: Whether failing beats taking memory of another node.
  /// - Returns: The bytes, as `free` takes them back.
  /// - Throws: `.outOfMemory` where no free memory fits; `.tableFull`, `.cannotGrow` or
  ///   `.unreachable` where `reserved` had no room for one more; `.tornDown`.
  @inline(never)
  public mutating func allocate(
    size: UInt64, alignment: UInt64, minimum: PhysicalAddress = .zero,
    maximum: PhysicalAddress? = nil, node: NodeID = .none, isNodeExact: Bool = false
  ) throws(MemblockError) -> AddressRange {
    try requireLive()
    let bounds = Extent(base: minimum.value, end: (maximum ?? currentLimit).value)
    let request = AllocationRequest(size: size, alignment: alignment, bounds: bounds, node: node)
    log.noteAllocation("memblock_phys_alloc_range", request, maximum, withNode: false)
    return try allocate(request, isNodeExact: isNodeExact)
  }

  /// Allocates memory below the current limit and leaves its contents alone. `minimum` is a
  /// preference: where nothing above it is free, memory below is taken.
  ///
  /// Linux: `memblock_alloc_raw`, `memblock_alloc_try_nid_raw`, `memblock_alloc_exact_nid_raw`.
  ///
  /// - Throws: as `allocate`.
  @inline(never)
  public mutating func allocateRaw(
    size: UInt64, alignment: UInt64, preferring minimum: PhysicalAddress = .zero,
    maximum: PhysicalAddress? = nil, node: NodeID = .none, isNodeExact: Bool = false
  ) throws(MemblockError) -> AddressRange {
    try requireLive()
    let request = request(size, alignment, preferring: minimum, maximum, node)
    log.noteAllocation(
      isNodeExact ? "memblock_alloc_exact_nid_raw" : "memblock_alloc_try_nid_raw", request, maximum)
    return try allocatePreferring(request, isNodeExact: isNodeExact)
  }

  /// Allocates memory below the current limit and fills it with zeros, through the window given
  /// to `allowResize(through:)` or `setWindow(_:)`. `minimum` is a preference.
  ///
  /// Linux: `memblock_alloc`, `memblock_alloc_from`, `memblock_alloc_node`,
  /// `memblock_alloc_try_nid`, `memblock_alloc_or_panic`.
  ///
  /// - Throws: as `allocate`; `.unreachable` where the window doesn't show the memory, which is free
  ///   again then.
  public mutating func allocateZeroed(
    size: UInt64, alignment: UInt64, preferring minimum: PhysicalAddress = .zero,
    maximum: PhysicalAddress? = nil, node: NodeID = .none
  ) throws(MemblockError) -> AddressRange {
    try requireLive()
    let request = request(size, alignment, preferring: minimum, maximum, node)
    log.noteAllocation("memblock_alloc_try_nid", request, maximum)
    let range = try allocatePreferring(request, isNodeExact: false)
    if range.isEmpty { return range }
    guard let window, window.range.contains(range) else {
      try free(range)
      throw .unreachable(range)
    }
    window.fill(range)
    return range
  }

  /// Allocates zeroed memory below 4 GiB.
  ///
  /// Linux: `memblock_alloc_low`.
  ///
  /// - Throws: as `allocateZeroed`.
  public mutating func allocateLow(
    size: UInt64, alignment: UInt64
  ) throws(MemblockError) -> AddressRange {
    try allocateZeroed(size: size, alignment: alignment, maximum: PhysicalAddress(0xffff_ffff))
  }
}

extension Memblock {
  /// A request whose upper bound is at most the current limit.
  private func request(
    _ size: UInt64, _ alignment: UInt64, preferring minimum: PhysicalAddress,
    _ maximum: PhysicalAddress?, _ node: NodeID
  ) -> AllocationRequest {
    let end = min(maximum ?? currentLimit, currentLimit)
    return AllocationRequest(
      size: size, alignment: alignment, bounds: Extent(base: minimum.value, end: end.value),
      node: node)
  }

  /// Allocates above the lower bound, or else anywhere below the upper one. Linux:
  /// `memblock_alloc_internal`.
  @inline(never)
  private mutating func allocatePreferring(
    _ request: AllocationRequest, isNodeExact: Bool
  ) throws(MemblockError) -> AddressRange {
    do throws(MemblockError) {
      return try allocate(request, isNodeExact: isNodeExact)
    } catch {
      if request.bounds.base == 0 { throw error }
      var request = request
      request.bounds.base = 0
      return try allocate(request, isNodeExact: isNodeExact)
    }
  }

  /// Allocates from mirrored memory where there is some, else from other memory; from the node
  /// first. Linux: `memblock_alloc_range_nid`.
  private mutating func allocate(
    _ request: AllocationRequest, isNodeExact: Bool
  ) throws(MemblockError) -> AddressRange {
    var attempt = request
    attempt.flags = preferredFlags
    var failure = MemblockError.outOfMemory(size: request.size)
    while true {
      attempt.node = request.node
      if let range = reserveFree(attempt, &failure) { return range }
      if request.node.isValid && !isNodeExact {
        attempt.node = .none
        if let range = reserveFree(attempt, &failure) { return range }
      }
      if attempt.flags != .mirror { throw failure }
      attempt.flags = .none
      log.warnAboutMirror(request.size)
    }
  }

  /// The memory to look for first. Linux: `choose_memblock_flags`.
  var preferredFlags: RegionFlags {
    if allocatesOnlyScratch { return .scratch }
    return hasMirroredMemory ? .mirror : .none
  }

  /// Allocates a huge page, which is aligned by its size, below the current limit, and leaves its
  /// contents alone. Mirrored memory is not preferred.
  ///
  /// Linux 7.3: `memblock_alloc_hugetlb`.
  ///
  /// - Throws: as `allocate`, and `.outOfMemory` for no bytes.
  public mutating func allocateHugePage(
    size: UInt64, node: NodeID = .none, isNodeExact: Bool = false
  ) throws(MemblockError) -> AddressRange {
    try requireLive()
    var failure = MemblockError.outOfMemory(size: size)
    if size == 0 { throw failure }
    var request = request(size, size, preferring: .zero, nil, node)
    request.flags = allocatesOnlyScratch ? .scratch : .none
    let flags = RegionFlags.reservedKernel.union(.reservedHugePages)
    if let range = reserveFree(request, &failure, as: flags) { return range }
    // Linux falls back where there is no place, not where there is no room in the table.
    guard case .outOfMemory = failure, node.isValid && !isNodeExact else { throw failure }
    request.node = .none
    if let range = reserveFree(request, &failure, as: flags) { return range }
    throw failure
  }

  /// Finds free memory and reserves it, with the flags of an allocation or with others.
  @inline(__always)
  private mutating func reserveFree(
    _ request: AllocationRequest, _ failure: inout MemblockError, as flags: RegionFlags? = nil
  ) -> AddressRange? {
    guard let found = findFree(request) else { return nil }
    let extent = Extent(base: found.address, end: found.address &+ request.size)
    let range = AddressRange(at: PhysicalAddress(found.address), size: request.size)
    let attributes =
      flags.map { RegionAttributes(flags: $0, node: request.node) }
      ?? kernelReservation(on: request.node)
    log.noteAllocated(range, attributes, rules)
    if request.size > 0 && reservedTable.layout.slack > 0 {
      reservedTable.insertMerging(extent, attributes, at: found.gap)
      debugCheck()
      return range
    }
    do throws(MemblockError) {
      try insert(extent, attributes, into: .reserved)
      return range
    } catch {
      failure = error
      return nil
    }
  }
}
