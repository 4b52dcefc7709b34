import Addressing

/// Growth: a full table doubles into memory that the memblock allocates from itself. Linux:
/// `memblock_double_array`.
extension Memblock {
  /// Sees to it that a table has room for so many more regions. The new table is placed outside
  /// of `area`, which is about to be reserved.
  @inline(__always)
  mutating func makeRoom(
    for regions: Int, in type: RegionType, avoiding area: Extent
  ) throws(MemblockError) {
    while inspect(type, { $0.slack }) < regions {
      try double(type, avoiding: area)
    }
  }

  private mutating func double(
    _ type: RegionType, avoiding area: Extent
  ) throws(MemblockError) {
    guard canResize, let window else { throw .tableFull(type) }
    let capacity = inspect(type) { $0.capacity }
    let size = TableStorage.byteCount(capacity: capacity * 2)
    // Only a table of reservations can come to lie on what is about to be reserved.
    let area = type == .reserved ? area : Extent(base: 0, end: 0)
    guard let address = placeForTable(size, avoiding: area) else {
      log.warnAboutGrowth(of: type, from: capacity)
      throw .cannotGrow(type)
    }
    let place = AddressRange(at: address, size: size)
    if removal.overlaps(place) { throw .tableInUse(place) }
    guard window.range.contains(place) else { throw .unreachable(place) }

    log.noteGrowth(of: type, to: capacity * 2, place.start)

    let old = update(type) { $0.double(at: address, in: window) }
    tableInTheMaking = Extent(place)
    defer { tableInTheMaking = Extent(base: 0, end: 0) }
    if !old.range.isEmpty {
      // Where this fails, the old table stays reserved, and nothing else is lost.
      try? free(old.range)
    }
    do throws(MemblockError) {
      try insert(Extent(place), kernelReservation(on: .none), into: .reserved)
    } catch {
      update(type) { $0.undoDoubling(old) }
      throw error
    }
    assert(holdsReservation(place), "a new table is not reserved")
  }

  /// A free place for a table: above `area` where there is one, else below.
  ///
  /// For an area at address 0, "below" is everywhere: Linux passes 0 as the upper bound there,
  /// which it takes to mean the current limit. The table then lies in the area, and the area's
  /// reservation is made around it.
  private mutating func placeForTable(_ size: UInt64, avoiding area: Extent) -> PhysicalAddress? {
    let limit = currentLimit.value
    if let place = placeForTable(size, in: Extent(base: area.end, end: limit)) { return place }
    if area.size == 0 { return nil }
    let ceiling = min(area.base, limit)
    return placeForTable(size, in: Extent(base: 0, end: ceiling <= 1 ? limit : ceiling))
  }

  /// A free place for a table in `bounds`, in mirrored memory where that can be. Linux:
  /// `memblock_find_in_range`.
  private mutating func placeForTable(_ size: UInt64, in bounds: Extent) -> PhysicalAddress? {
    if hasMirroredMemory {
      if let place = placeForTable(size, in: bounds, .mirror) { return place }
      log.warnAboutMirror(size)
    }
    return placeForTable(size, in: bounds, .none)
  }

  /// The same with given flags. Keeps off a table that is being made and not reserved yet,
  /// which Linux would overwrite.
  private mutating func placeForTable(
    _ size: UInt64, in bounds: Extent, _ flags: RegionFlags
  ) -> PhysicalAddress? {
    let request = PlaceRequest(
      size: size, alignment: PageFrameNumber.size, bounds: bounds, node: .none, flags: flags)
    guard let place = findPlace(request) else { return nil }
    let taken = tableInTheMaking
    if place.address &+ size <= taken.base || place.address >= taken.end {
      return PhysicalAddress(place.address)
    }
    var rest = request
    rest.bounds = Extent(base: max(bounds.base, taken.end), end: bounds.end)
    if let place = findPlace(rest) { return PhysicalAddress(place.address) }
    rest.bounds = Extent(base: bounds.base, end: min(bounds.end, taken.base))
    return findPlace(rest).map { PhysicalAddress($0.address) }
  }
}
