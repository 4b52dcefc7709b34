public import Addressing

/// Allocation: a place is found and reserved.
///
/// The highest place that fits is taken, or with `isBottomUp` the lowest. Where some memory is
/// mirrored, that is tried first. With a node, that node is tried before all others, and with
/// `exactNode` no other is. O(log n) to find the place, but for candidates that only the
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
  ///   - exactNode: Whether failing beats taking memory of another node.
  ///   - caller: Who asks, for the log.
  public mutating func allocate(
    size: UInt64, alignment: UInt64, minimum: PhysicalAddress = .zero,
    maximum: PhysicalAddress? = nil, node: NodeID = .none, exactNode: Bool = false,
    caller: String = #function
  ) throws(MemblockError) -> PhysicalAddress {
    try requireLive()
    let request = AllocationRequest(
      size: size, alignment: alignment, minimum: minimum, maximum: maximum, node: node,
      isNodeExact: exactNode)
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
    maximum: PhysicalAddress? = nil, node: NodeID = .none, exactNode: Bool = false,
    caller: String = #function
  ) throws(MemblockError) -> PhysicalAddress {
    try requireLive()
    let request = AllocationRequest(
      size: size, alignment: alignment, minimum: minimum, maximum: maximum, node: node,
      isNodeExact: exactNode)
    if log.isDebug {
      // Two calls: a name that is chosen first would take the Swift runtime to be released.
      if exactNode {
        log.noteAllocation("memblock_alloc_exact_nid_raw", request, withNode: true, caller)
      } else {
        log.noteAllocation("memblock_alloc_try_nid_raw", request, withNode: true, caller)
      }
    }
    return try allocatePreferring(request)
  }

  /// Allocates memory below the current limit and fills it with zeros, through the window given
  /// to `allowResize(through:)` or `zeroMemory(through:)`. `minimum` is a preference.
  ///
  /// Linux: `memblock_alloc`, `memblock_alloc_from`, `memblock_alloc_node`,
  /// `memblock_alloc_try_nid`, `memblock_alloc_or_panic`.
  public mutating func allocateZeroed(
    size: UInt64, alignment: UInt64, preferring minimum: PhysicalAddress = .zero,
    maximum: PhysicalAddress? = nil, node: NodeID = .none, caller: String = #function
  ) throws(MemblockError) -> PhysicalAddress {
    try requireLive()
    let request = AllocationRequest(
      size: size, alignment: alignment, minimum: minimum, maximum: maximum, node: node)
    if log.isDebug {
      log.noteAllocation("memblock_alloc_try_nid", request, withNode: true, caller)
    }
    let address = try allocatePreferring(request)
    let range = AddressRange(at: address, size: size)
    if range.isEmpty { return address }
    guard let window, window.range.contains(range) else {
      try free(range)
      throw .unreachable(range)
    }
    window.fill(range)
    return address
  }

  /// Allocates zeroed memory below 4 GiB.
  ///
  /// Linux: `memblock_alloc_low`.
  public mutating func allocateLow(
    size: UInt64, alignment: UInt64, caller: String = #function
  ) throws(MemblockError) -> PhysicalAddress {
    try allocateZeroed(
      size: size, alignment: alignment, maximum: PhysicalAddress(0xffff_ffff), caller: caller)
  }
}

extension Memblock {
  /// Linux: `memblock_alloc_internal`.
  private mutating func allocatePreferring(
    _ request: AllocationRequest
  ) throws(MemblockError) -> PhysicalAddress {
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
  ) throws(MemblockError) -> PhysicalAddress {
    var place = PlaceRequest(
      size: request.size, alignment: request.alignment == 0 ? 64 : request.alignment,
      bounds: Extent(
        base: request.minimum.value, end: (request.maximum ?? currentLimit).value),
      node: request.node, flags: hasMirroredMemory ? .mirror : .none)
    var failure = MemblockError.outOfMemory(size: request.size)
    while true {
      place.node = request.node
      if let address = take(place, &failure) { return address }
      if request.node.isValid && !request.isNodeExact {
        place.node = .none
        if let address = take(place, &failure) { return address }
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
  ) -> PhysicalAddress? {
    guard let place = findPlace(request) else { return nil }
    let address = PhysicalAddress(place.address)
    log.note("memblock_reserve", AddressRange(at: address, size: request.size), "allocate")
    let extent = Extent(base: place.address, end: place.address &+ request.size)
    let attributes = kernelReservation(on: request.node)
    if request.size > 0 && reservedTable.count > 0 && reservedTable.count < reservedTable.capacity {
      reservedTable.insertMerging(extent, attributes, at: place.gap)
      debugCheck()
      return address
    }
    do throws(MemblockError) {
      try insert(extent, attributes, into: .reserved)
      return address
    } catch {
      failure = error
      return nil
    }
  }
}
