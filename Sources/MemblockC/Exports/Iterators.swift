import Addressing
import Memblock
import MemblockHeader

// A cursor has the index of a region of the first table in its low half, and that of the gap
// below a region of the second in its high half; ~0 is the end, and the start downwards.

@c(__next_mem_range)
func nextMemRange(
  cursor: UnsafeMutablePointer<UInt64>, nid: CInt, flags: memblock_flags,
  typeA: UnsafeMutablePointer<memblock_type>?, typeB: UnsafeMutablePointer<memblock_type>?,
  start: UnsafeMutablePointer<UInt64>?, end: UnsafeMutablePointer<UInt64>?,
  node: UnsafeMutablePointer<CInt>?
) {
  unsafe step(cursor, nid, flags, typeA, typeB, start, end, node, Direction.upwards)
}

@c(__next_mem_range_rev)
func nextMemRangeRev(
  cursor: UnsafeMutablePointer<UInt64>, nid: CInt, flags: memblock_flags,
  typeA: UnsafeMutablePointer<memblock_type>?, typeB: UnsafeMutablePointer<memblock_type>?,
  start: UnsafeMutablePointer<UInt64>?, end: UnsafeMutablePointer<UInt64>?,
  node: UnsafeMutablePointer<CInt>?
) {
  unsafe step(cursor, nid, flags, typeA, typeB, start, end, node, Direction.downwards)
}

private func step(
  _ cursor: UnsafeMutablePointer<UInt64>, _ nid: CInt, _ flags: memblock_flags,
  _ typeA: UnsafeMutablePointer<memblock_type>?, _ typeB: UnsafeMutablePointer<memblock_type>?,
  _ start: UnsafeMutablePointer<UInt64>?, _ end: UnsafeMutablePointer<UInt64>?,
  _ node: UnsafeMutablePointer<CInt>?, _ direction: Direction
) {
  adopt()
  guard let type = unsafe RegionType(typeA) else {
    unsafe cursor.pointee = .max
    return
  }
  let isStart = unsafe direction == .downwards && cursor.pointee == .max
  var position =
    unsafe isStart
    ? nil
    : RangePosition(
      region: Int(Int32(truncatingIfNeeded: cursor.pointee)),
      gap: Int(Int32(truncatingIfNeeded: cursor.pointee >> 32)))
  let found = unsafe allocator.range(
    at: &position, in: type, outside: RegionType(typeB), node: wanted(nid),
    flags: RegionFlags(rawValue: flags.rawValue), direction)
  guard let found, let position else {
    unsafe cursor.pointee = .max
    return
  }
  unsafe cursor.pointee =
    UInt64(UInt32(truncatingIfNeeded: position.region))
    | UInt64(UInt32(truncatingIfNeeded: position.gap)) << 32
  unsafe start?.pointee = found.start.value
  unsafe end?.pointee = found.end.value
  unsafe node?.pointee = found.node.value
}

@c(__next_mem_pfn_range)
func nextMemPfnRange(
  cursor: UnsafeMutablePointer<CInt>, nid: CInt, start: UnsafeMutablePointer<UInt>?,
  end: UnsafeMutablePointer<UInt>?, node: UnsafeMutablePointer<CInt>?
) {
  adopt()
  var index = unsafe Int(cursor.pointee) + 1
  guard index >= 0, let found = unsafe allocator.frames(from: &index, node: wanted(nid)) else {
    unsafe cursor.pointee = -1
    return
  }
  unsafe cursor.pointee = CInt(index - 1)
  unsafe start?.pointee = UInt(found.frames.lowerBound.value)
  unsafe end?.pointee = UInt(found.frames.upperBound.value)
  unsafe node?.pointee = found.node.value
}
