import Addressing

/// Growth: a full table doubles into memory that the memblock allocates from itself. Linux:
/// `memblock_double_array`.
///
/// 1. Free memory is found: outside of what is about to be reserved, of what the running operation
///    removes, and of another table that is not reserved yet.
/// 2. The table is copied there, and used from then on.
/// 3. The memory of the old one is freed, if that had grown before.
/// 4. The memory of the new one is reserved. That can fill `reserved`, which then grows too, from
///    step 1 on. Where it can't, step 2 is undone.
extension Memblock {
  /// Sees to it that a table has room for so many more regions. The new table is placed outside
  /// of `area`, which is about to be reserved.
  @inline(__always)
  mutating func makeRoom(
    for regions: Int, in type: RegionType, avoiding area: Extent
  ) throws(MemblockError) {
    while inspect(type, { $0.layout.slack }) < regions {
      try double(type, avoiding: area)
    }
  }

  private mutating func double(
    _ type: RegionType, avoiding area: Extent
  ) throws(MemblockError) {
    guard canResize, let window else { throw .tableFull(type) }
    let capacity = inspect(type) { $0.capacity }
    let size = TableStorage.byteCount(capacity: capacity * 2)
    // Only the growth of `reserved` is caused by a reservation.
    let area = type == .reserved ? area : Extent(base: 0, end: 0)
    guard let address = findTable(size, avoiding: area) else {
      log.write { line in
        line.write("memblock: Failed to double ")
        line.write(type.name)
        line.write(" array from ")
        line.write(decimal: UInt64(capacity))
        line.write(" to ")
        line.write(decimal: UInt64(capacity * 2))
        line.write(" entries !")
      }
      throw .cannotGrow(type)
    }
    let table = AddressRange(at: PhysicalAddress(address), size: size)
    if removal.overlaps(Extent(table)) { throw .tableInUse(table) }
    guard window.range.contains(table) else { throw .unreachable(table) }

    log.noteGrowth(of: type, to: capacity * 2, table.start)
    let old = update(type) { $0.double(at: table.start, in: window) }
    unreservedTable = Extent(table)
    defer { unreservedTable = Extent(base: 0, end: 0) }
    if !old.range.isEmpty {
      // Where this fails, the old table stays reserved, and nothing else is lost.
      try? free(old.range)
    }
    do throws(MemblockError) {
      try insert(Extent(table), kernelReservation(on: .none), into: .reserved)
    } catch {
      update(type) { $0.undoDoubling(old) }
      throw error
    }
    assert(isReservedThroughout(table), "a new table is not reserved")
  }

  /// Free memory for a table: above `area` where there is some, else below.
  ///
  /// For an area at address 0, "below" is everywhere: Linux passes 0 as the upper bound there,
  /// which it takes to mean the current limit. The table then lies in the area, and the area's
  /// reservation is made around it.
  private mutating func findTable(_ size: UInt64, avoiding area: Extent) -> UInt64? {
    let limit = currentLimit.value
    if let found = findTable(size, in: Extent(base: area.end, end: limit)) { return found }
    if area.size == 0 { return nil }
    let ceiling = PhysicalAddress(linuxUpperBound: min(area.base, limit))?.value ?? limit
    return findTable(size, in: Extent(base: 0, end: ceiling))
  }

  /// Free memory for a table in `bounds`, mirrored memory where that can be. Linux:
  /// `memblock_find_in_range`.
  private mutating func findTable(_ size: UInt64, in bounds: Extent) -> UInt64? {
    var request = AllocationRequest(
      size: size, alignment: PageFrameNumber.size, bounds: bounds)
    request.flags = preferredFlags
    let found = findFree(request, outside: unreservedTable)
    if found != nil || request.flags != .mirror { return found }
    log.warnAboutMirror(size)
    request.flags = .none
    return findFree(request, outside: unreservedTable)
  }

  /// As `findFree`, outside of `taken` too.
  private mutating func findFree(_ request: AllocationRequest, outside taken: Extent) -> UInt64? {
    guard let found = findFree(request) else { return nil }
    let extent = Extent(base: found.address, end: found.address &+ request.size)
    if !extent.overlaps(taken) { return found.address }
    var rest = request
    rest.bounds.base = max(request.bounds.base, taken.end)
    if let found = findFree(rest) { return found.address }
    rest.bounds = Extent(base: request.bounds.base, end: min(request.bounds.end, taken.base))
    return findFree(rest)?.address
  }
}
