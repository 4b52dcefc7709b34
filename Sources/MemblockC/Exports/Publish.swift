import Addressing
import Memblock
import MemblockHeader

// C code reads the counts and settings as variables, which are written after every change. The
// regions it reads through functions: the memblock's columns are made for searching, and an array
// of rows would have to be written anew each time.

/// Writes the memblock's state where C code reads it.
func publish() { unsafe allocator.publish() }

extension Memblock {
  fileprivate func publish() {
    memblock_state_set(isBottomUp, currentLimit.value)
    publish(.memory, as: 0)
    publish(.reserved, as: 1)
    #if !WithoutPhysmem
      publish(.physmem, as: 2)
    #endif
    if unsafe keepsStateInC {
      publishRows(of: .memory, as: 0)
      publishRows(of: .reserved, as: 1)
    }
  }

  @inline(__always)
  private func publish(_ type: RegionType, as number: CInt) {
    let size = size(of: type)
    memblock_state_set_table(number, UInt(size.count), UInt(size.capacity), size.total)
  }

  private func publishRows(of type: RegionType, as number: CInt) {
    let table = unsafe memblock_table_at(number)!
    let rows = unsafe memblock_rows_of(number)!
    // SAFETY: there are MEMBLOCK_ROWS rows.
    unsafe rows[0] = memblock_region()
    let count = unsafe copyRegions(type, from: 0, to: rows, Int(MEMBLOCK_ROWS))
    unsafe table.pointee.internal = UnsafeMutableRawPointer(rows)
    let range = grownRange(type)
    guard !range.isEmpty, let window else { return }
    // SAFETY: the table's own memory, which the memblock has reserved for itself.
    let grown = unsafe window.pointer(to: range.start, count: range.size)
      .assumingMemoryBound(to: memblock_region.self)
    unsafe grown.update(from: rows, count: max(count, 1))
    unsafe table.pointee.internal = UnsafeMutableRawPointer(grown)
  }

  /// Copies regions out, as many as there are and fit; returns how many.
  func copyRegions(
    _ type: RegionType, from first: Int, to rows: UnsafeMutablePointer<memblock_region>,
    _ capacity: Int
  ) -> Int {
    let view = regions(type)
    let count = max(0, min(view.count - first, capacity))
    // SAFETY: whoever calls has room for so many.
    for index in 0..<count { unsafe rows[index] = row(view[first + index]) }
    return count
  }
}

/// A region as C code has it.
func row(_ region: Region) -> memblock_region {
  memblock_region(
    base: region.base.value, size: region.size,
    flags: memblock_flags(rawValue: region.flags.rawValue),
    nid: region.node.value)
}

extension RegionType {
  /// The table that C code points to; `nil` for none of them.
  init?(_ table: UnsafePointer<memblock_type>?) {
    switch unsafe memblock_number_of(table) {
    case 0: self = .memory
    case 1: self = .reserved
    #if !WithoutPhysmem
      case 2: self = .physmem
    #endif
    default: return nil
    }
  }
}

// MARK: The other way

/// Takes over what C's `struct memblock` says, where that is the state.
@inline(__always)
func adopt() {
  if unsafe keepsStateInC { adoptTables() }
}

private func adoptTables() {
  unsafe allocator.isBottomUp = memblock_state_is_bottom_up()
  unsafe allocator.currentLimit = PhysicalAddress(memblock_state_limit())
  if let option = unsafe movableNode { unsafe allocator.keepsHotplugFree = option.pointee }
  adopt(.memory, from: 0)
  adopt(.reserved, from: 1)
}

private func adopt(_ type: RegionType, from number: CInt) {
  let table = unsafe memblock_table_at(number)!.pointee
  // SAFETY: there are MEMBLOCK_ROWS rows, and no more regions than that: the check traps.
  let rows = unsafe memblock_rows_of(number)!
  let count = unsafe Int(table.cnt)
  precondition(count <= Int(MEMBLOCK_ROWS), "more regions than memblock_keep_state_here can have")
  var place: PhysicalAddress?
  // SAFETY: memblock_testing.h says that `internal` points to as many regions.
  let regions = unsafe table.internal?.assumingMemoryBound(to: memblock_region.self)
  if let regions = unsafe regions, unsafe regions != rows, let window = unsafe window {
    unsafe rows.update(from: regions, count: count)
    let address = VirtualAddress(UInt64(UInt(bitPattern: regions)))
    place = window.physicalAddress(of: address)
  }
  // SAFETY: the rows outlive the call.
  unsafe allocator.adopt(
    type, totalSize: table.total_size, capacity: Int(table.max), at: place,
    count: count
  ) { index in
    let row = unsafe rows[index]
    return Region(
      base: PhysicalAddress(row.base), size: row.size,
      flags: RegionFlags(rawValue: row.flags.rawValue),
      node: given(row.nid, in: type))
  }
}
