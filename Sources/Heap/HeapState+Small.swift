import Addressing
import PageAllocator

/// Blocks in slabs.
extension HeapState {
  /// Allocates a block of a size class; `nil` where there is no memory for another slab.
  mutating func allocateSmall(
    _ sizeClass: SizeClass, from pages: PageAllocator
  ) -> PhysicalAddress? {
    var address = slabs[sizeClass.index]
    if address == 0 {
      guard let new = makeSlab(sizeClass, from: pages) else { return nil }
      address = new
    }
    let slab = slab(address)
    let index = slab[0].takeBlock()
    if slab[0].freeCount == 0 { unlink(address, sizeClass) }
    if sizeClass != .own {
      statistics.smallBlocks += 1
      statistics.smallBytes += UInt64(sizeClass.size)
    }
    return PhysicalAddress(address + UInt64(sizeClass.firstOffset + index * sizeClass.size))
  }

  /// Frees a block of a slab; false where it is free already.
  mutating func freeSmall(_ index: Int, of address: UInt64, to pages: PageAllocator) -> Bool {
    let sizeClass = sizeClass(of: address)
    let slab = slab(address)
    guard slab[0].freeBlock(index) else { return false }
    if sizeClass != .own {
      statistics.smallBlocks -= 1
      statistics.smallBytes -= UInt64(sizeClass.size)
    }
    if slab[0].freeCount == 1 { link(address, sizeClass) }
    if slab[0].freeCount == sizeClass.capacity {
      unlink(address, sizeClass)
      slab[0].mark = 0
      statistics.slabs -= 1
      give(address, order: Slab.order, to: pages)
    }
    return true
  }

  /// Makes an empty slab and puts it in its class's list.
  private mutating func makeSlab(_ sizeClass: SizeClass, from pages: PageAllocator) -> UInt64? {
    guard let frame = try? pages.allocate(FrameRequest(order: Slab.order)) else { return nil }
    let address = frame.start.value
    slab(address)[0] = Slab(sizeClass, mark: mark(of: address))
    link(address, sizeClass)
    statistics.slabs += 1
    return address
  }

  /// Puts a slab that has room at the head of its class's list.
  private mutating func link(_ address: UInt64, _ sizeClass: SizeClass) {
    let next = slabs[sizeClass.index]
    slab(address)[0].previous = 0
    slab(address)[0].next = next
    if next != 0 { slab(next)[0].previous = address }
    slabs[sizeClass.index] = address
  }

  /// Takes a slab out of its class's list.
  private mutating func unlink(_ address: UInt64, _ sizeClass: SizeClass) {
    let previous = slab(address)[0].previous
    let next = slab(address)[0].next
    if previous != 0 { slab(previous)[0].next = next } else { slabs[sizeClass.index] = next }
    if next != 0 { slab(next)[0].previous = previous }
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
