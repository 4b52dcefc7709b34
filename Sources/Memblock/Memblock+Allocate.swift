public import Addressing

/// Allocation: a place is found and reserved.
///
/// The highest place that fits is taken, or with `isBottomUp` the lowest. Where some memory is
/// mirrored, that is tried first. With a node, that node is tried before all others, and with
/// `isNodeExact` no other is. O(log n) to find the place, but for candidates that only the
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
  ///   - caller: Who asks, for the log.
  /// - Returns: The bytes, as `free` takes them back.
  /// - Throws: `.outOfMemory` where no free memory fits; `.tableFull`, `.cannotGrow` or
  ///   `.unreachable` where `reserved` had no room for one more; `.tornDown`.
  public mutating func allocate(
    size: UInt64, alignment: UInt64, minimum: PhysicalAddress = .zero,
    maximum: PhysicalAddress? = nil, node: NodeID = .none, isNodeExact: Bool = false,
    caller: String = #function
  ) throws(MemblockError) -> AddressRange {
    try requireLive()
    let request = AllocationRequest(
      size: size, alignment: alignment, minimum: minimum, maximum: maximum, node: node,
      isNodeExact: isNodeExact)
    if log.isDebug {
      log.noteAllocation("memblock_phys_alloc_range", request, withNode: false, caller)
    }
    return try allocate(request)
  }

  /// Allocates memory below the current limit and leaves its contents alone. `minimum` is a
  /// preference: where nothing above it is free, memory below is taken.
  ///
  /// Linux: `memblock_alloc_raw`, `memblock_alloc_try_nid_raw`, `memblock_alloc_exact_nid_raw`.
  public mutating func allocateRaw(
    size: UInt64, alignment: UInt64, preferring minimum: PhysicalAddress = .zero,
    maximum: PhysicalAddress? = nil, node: NodeID = .none, isNodeExact: Bool = false,
    caller: String = #function
  ) throws(MemblockError) -> AddressRange {
    try requireLive()
    let request = AllocationRequest(
      size: size, alignment: alignment, minimum: minimum, maximum: maximum, node: node,
      isNodeExact: isNodeExact)
    if log.isDebug {
      // Two calls: a name that is chosen first would take the Swift runtime to be released.
      if isNodeExact {
        log.noteAllocation("memblock_alloc_exact_nid_raw", request, withNode: true, caller)
      } else {
        log.noteAllocation("memblock_alloc_try_nid_raw", request, withNode: true, caller)
      }
    }
    return try allocatePreferring(request)
  }

  /// Allocates memory below the current limit and fills it with zeros, through the window given
  /// to `allowResize(through:)` or `setWindow(_:)`. `minimum` is a preference.
  ///
  /// Linux: `memblock_alloc`, `memblock_alloc_from`, `memblock_alloc_node`,
  /// `memblock_alloc_try_nid`, `memblock_alloc_or_panic`.
  public mutating func allocateZeroed(
    size: UInt64, alignment: UInt64, preferring minimum: PhysicalAddress = .zero,
    maximum: PhysicalAddress? = nil, node: NodeID = .none, caller: String = #function
  ) throws(MemblockError) -> AddressRange {
    try requireLive()
    let request = AllocationRequest(
      size: size, alignment: alignment, minimum: minimum, maximum: maximum, node: node)
    if log.isDebug {
      log.noteAllocation("memblock_alloc_try_nid", request, withNode: true, caller)
    }
    let range = try allocatePreferring(request)
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
  public mutating func allocateLow(
    size: UInt64, alignment: UInt64, caller: String = #function
  ) throws(MemblockError) -> AddressRange {
    try allocateZeroed(
      size: size, alignment: alignment, maximum: PhysicalAddress(0xffff_ffff), caller: caller)
  }
}

extension Memblock {
  /// Linux: `memblock_alloc_internal`.
  private mutating func allocatePreferring(
    _ request: AllocationRequest
  ) throws(MemblockError) -> AddressRange {
    var request = request
    request.maximum = request.maximum.map { min($0, currentLimit) }
    do throws(MemblockError) {
      return try allocate(request)
    } catch {
      if request.minimum == .zero { throw error }
      request.minimum = .zero
      return try allocate(request)
    }
  }

  /// Linux: `memblock_alloc_range_nid`.
  private mutating func allocate(
    _ request: AllocationRequest
  ) throws(MemblockError) -> AddressRange {
    var place = PlaceRequest(
      size: request.size, alignment: request.alignment == 0 ? 64 : request.alignment,
      bounds: Extent(
        base: request.minimum.value, end: (request.maximum ?? currentLimit).value),
      node: request.node, flags: hasMirroredMemory ? .mirror : .none)
    var failure = MemblockError.outOfMemory(size: request.size)
    while true {
      place.node = request.node
      if let range = take(place, &failure) { return range }
      if request.node.isValid && !request.isNodeExact {
        place.node = .none
        if let range = take(place, &failure) { return range }
      }
      if place.flags.isEmpty { throw failure }
      place.flags = .none
      log.warnAboutMirror(request.size)
    }
  }

  /// Finds a place and reserves it.
  @inline(__always)
  private mutating func take(
    _ request: PlaceRequest, _ failure: inout MemblockError
  ) -> AddressRange? {
    guard let place = findPlace(request) else { return nil }
    let range = AddressRange(at: PhysicalAddress(place.address), size: request.size)
    log.note("memblock_reserve", range, "allocate")
    let extent = Extent(base: place.address, end: place.address &+ request.size)
    let attributes = kernelReservation(on: request.node)
    if request.size > 0 && reservedTable.count > 0 && reservedTable.count < reservedTable.capacity {
      reservedTable.insertMerging(extent, attributes, at: place.gap)
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
