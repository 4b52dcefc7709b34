import Addressing
import PageAllocator

/// Blocks in slabs.
///
/// What is wrong with a slab or a free block is found before anything is changed: a block's
/// neighbour that writes past its end changes a slab's mark first.
extension HeapState {
  /// Allocates a block of a size class; `nil` where there is no memory for another slab.
  ///
  /// - Throws: `.corrupted`; `.freeBlockChanged`: the block is then never handed out again.
  mutating func allocateSmall(
    _ sizeClass: SizeClass, from pages: PageAllocator
  ) throws(HeapError) -> PhysicalAddress? {
    var address = slabs[sizeClass.index]
    if address == 0 {
      guard let new = try makeSlab(sizeClass, from: pages) else { return nil }
      address = new
    }
    let slab = slab(address)
    guard slab[0].mark == mark(of: address), slab[0].freeCount > 0,
      let index = slab[0].firstFreeBlock
    else { throw corrupted(address) }
    if slab[0].freeCount == 1 { try unlink(address, sizeClass, in: pages) }
    slab[0].takeBlock(index)
    let block = sizeClass.block(index, of: address)
    if sizeClass != .own {
      if poisonsFreeBlocks, BlockPoison.isChanged(in: block, through: window) {
        throw .freeBlockChanged(blockWindow.virtualAddress(of: block.start))
      }
      statistics.smallBlocks += 1
      statistics.smallBytes += UInt64(sizeClass.size)
    }
    return block.start
  }

  /// Frees a block of a slab; false where it is free already.
  ///
  /// - Throws: `.corrupted`.
  mutating func freeSmall(
    _ index: Int, of address: UInt64, to pages: PageAllocator
  ) throws(HeapError) -> Bool {
    let sizeClass = sizeClass(of: address)
    let slab = slab(address)
    guard slab[0].isTaken(index) else { return false }
    let becomesEmpty = slab[0].freeCount + 1 == sizeClass.capacity
    if becomesEmpty {
      try unlink(address, sizeClass, in: pages)
    } else if slab[0].freeCount == 0 {
      try link(address, sizeClass, in: pages)
    }
    slab[0].freeBlock(index)
    if sizeClass != .own {
      if poisonsFreeBlocks {
        BlockPoison.fill(sizeClass.block(index, of: address), through: window)
      }
      statistics.smallBlocks -= 1
      statistics.smallBytes -= UInt64(sizeClass.size)
    }
    if becomesEmpty {
      slab[0].mark = 0
      statistics.slabs -= 1
      give(address, order: Slab.order, to: pages)
    }
    return true
  }

  /// Makes an empty slab and puts it in its class's list.
  private mutating func makeSlab(
    _ sizeClass: SizeClass, from pages: PageAllocator
  ) throws(HeapError) -> UInt64? {
    guard let frame = try? pages.allocate(FrameRequest(order: Slab.order)) else { return nil }
    let address = frame.start.value
    slab(address)[0] = Slab(sizeClass, mark: mark(of: address))
    if poisonsFreeBlocks {
      for index in 0..<sizeClass.capacity {
        BlockPoison.fill(sizeClass.block(index, of: address), through: window)
      }
    }
    try link(address, sizeClass, in: pages)
    statistics.slabs += 1
    return address
  }

  /// Puts a slab that has room at the head of its class's list.
  private mutating func link(
    _ address: UInt64, _ sizeClass: SizeClass, in pages: PageAllocator
  ) throws(HeapError) {
    let next = slabs[sizeClass.index]
    if next != 0 {
      guard isSlab(next, in: pages), slab(next)[0].previous == 0 else { throw corrupted(address) }
      slab(next)[0].previous = address
    }
    slab(address)[0].previous = 0
    slab(address)[0].next = next
    slabs[sizeClass.index] = address
  }

  /// Takes a slab out of its class's list. Each neighbour must be a slab that names this one.
  private mutating func unlink(
    _ address: UInt64, _ sizeClass: SizeClass, in pages: PageAllocator
  ) throws(HeapError) {
    let previous = slab(address)[0].previous
    let next = slab(address)[0].next
    let previousIsRight =
      previous == 0
      ? slabs[sizeClass.index] == address
      : isSlab(previous, in: pages) && slab(previous)[0].next == address
    guard previousIsRight,
      next == 0 || isSlab(next, in: pages) && slab(next)[0].previous == address
    else { throw corrupted(address) }
    if previous != 0 { slab(previous)[0].next = next } else { slabs[sizeClass.index] = next }
    if next != 0 { slab(next)[0].previous = previous }
  }

  private func corrupted(_ slab: UInt64) -> HeapError {
    .corrupted(blockWindow.virtualAddress(of: PhysicalAddress(slab)))
  }

  /// Gives frames back that are the heap's own.
  func give(_ address: UInt64, order: Int, to pages: PageAllocator) {
    do throws(FreeError) {
      try pages.free(PageFrameNumber(containing: PhysicalAddress(address)), order: order)
    } catch {
      preconditionFailure("frames of the heap were freed by somebody else")
    }
  }
}
