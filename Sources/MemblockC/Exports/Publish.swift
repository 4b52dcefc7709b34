import Addressing
import Memblock
import MemblockHeader

// C code reads the tables as arrays of rows, which the memblock doesn't have: its columns are
// made for searching. So the rows are written after every change, as long as they have room.

/// Writes the memblock's state where C code reads it.
func publish() { unsafe allocator.publish() }

extension Memblock {
  fileprivate func publish() {
    memblock_state_set(isBottomUp, currentLimit.value)
    MemblockC.publish(memory, as: 0, grownInto: grownRange(.memory))
    MemblockC.publish(reserved, as: 1, grownInto: grownRange(.reserved))
    #if !WithoutPhysmem
      MemblockC.publish(physmem, as: 2, grownInto: grownRange(.physmem))
    #endif
  }
}

private func publish(_ view: RegionView, as number: CInt, grownInto place: AddressRange) {
  let table = unsafe memblock_table_at(number)!
  unsafe table.pointee.cnt = UInt(view.count)
  unsafe table.pointee.max = UInt(view.maximumCount)
  unsafe table.pointee.total_size = view.totalSize
  guard view.count <= Int(MEMBLOCK_ROWS) else {
    unsafe table.pointee.regions = nil
    return
  }
  // SAFETY: there are MEMBLOCK_ROWS rows, and no more regions than that.
  let rows = unsafe memblock_rows_of(number)!
  for index in view.indices { unsafe rows[index] = row(view[index]) }
  unsafe table.pointee.regions = rows
  if view.isEmpty { unsafe rows[0] = memblock_region() }
  guard unsafe keepsStateInC else { return }
  if !place.isEmpty, let window = unsafe window {
    // SAFETY: the table's own memory, which the memblock has reserved for itself.
    let grown = unsafe window.pointer(to: place.start, count: place.size)
      .assumingMemoryBound(to: memblock_region.self)
    unsafe grown.update(from: rows, count: max(view.count, 1))
    unsafe table.pointee.regions = grown
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
  if let regions = unsafe table.regions, unsafe regions != rows, let window = unsafe window {
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
