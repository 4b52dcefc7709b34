import Addressing
import Boot
import PageAllocator
import Paging
import X86

/// The page tables that the kernel runs with; `nil` until it has its own.
@safe nonisolated(unsafe) var kernelPageTables: PageTables?

/// Called with each range that was mapped or unmapped, while the address space is held; `nil` while
/// the kernel's address space is the only one (Users/UserTables.swift).
@safe nonisolated(unsafe) var kernelMappingHasChanged: ((VirtualAddress, UInt64) -> Void)?

/// Why memory was not mapped, or a mapping not changed.
public enum MappingError: Error {
  /// The page tables can't take it.
  case paging(PagingError)
  /// The virtual range is not one that a program may map (`MachineMemory.programArea`).
  case isKernels
  /// The physical range is RAM: its bytes would be seen through the caches and past them.
  case isRAM
  /// The part of the address space for mappings has no room.
  case noRoom
  /// The page allocator has no frame.
  case noFrames
}

/// What is mapped after the boot. Everything here runs with interrupts off.
enum AddressSpace {
  /// Where mappings are put that may be anywhere: Linux's `VMALLOC_START`, 32 TiB.
  static var start: VirtualAddress { VirtualAddress(0xffff_c900_0000_0000) }
  static var end: VirtualAddress { VirtualAddress(0xffff_e900_0000_0000) }

  /// Maps a physical range wherever there is room, with an unmapped page on both sides.
  ///
  /// - Returns: where its first byte is seen.
  static func map(
    _ range: AddressRange, permissions: PagePermissions
  ) throws(MappingError) -> VirtualAddress {
    let page = PageFrameNumber.size
    let pages = AddressRange(
      from: range.start.alignedDown(to: page), to: range.end.alignedUp(to: page))
    return try exclusively { () throws(MappingError) in
      let place = try room(for: pages.size)
      try map(place, to: pages, permissions: permissions)
      return place + (range.start - pages.start)
    }
  }

  /// Room for whole pages between two unmapped ones, for as long as interrupts are off.
  static func room(for size: UInt64) throws(MappingError) -> VirtualAddress {
    let page = PageFrameNumber.size
    guard size > 0, size < 1 << 44,
      let hole = kernelPageTables?.findHole(
        of: size + 2 * page, alignedTo: page, from: start, to: end)
    else { throw .noRoom }
    return hole + page
  }

  /// Maps a virtual range to a physical one; nothing stays mapped where that fails.
  static func map(
    _ virtual: VirtualAddress, to range: AddressRange, permissions: PagePermissions
  ) throws(MappingError) {
    try exclusively { () throws(MappingError) in
      var frames = PageAllocatorFrames()
      // Checked first: `map` stops at the first page that is mapped already, with those before it mapped.
      if let taken = kernelPageTables?.firstMapped(from: virtual, size: range.size) {
        throw .paging(.alreadyMapped(taken))
      }
      do throws(PagingError) {
        try kernelPageTables?.map(virtual, to: range, permissions: permissions, frames: &frames)
        kernelMappingHasChanged?(virtual, range.size)
      } catch {
        undo(virtual, size: range.size)
        throw .paging(error)
      }
    }
  }

  /// Unmaps a virtual range. No processor knows of it any more when the frames of empty tables, and
  /// of the pages where that is asked for, go back to the page allocator.
  static func unmap(
    _ virtual: VirtualAddress, size: UInt64, freeingFrames: Bool = false
  ) throws(MappingError) {
    try exclusively { () throws(MappingError) in
      var frames = PageAllocatorFrames()
      var released = FrameChain()
      do throws(PagingError) {
        try kernelPageTables?.unmap(virtual, size: size, frames: &frames) { address, page, _ in
          invalidatePage(at: address.value)
          if freeingFrames { released.add(page) }
        }
      } catch {
        throw .paging(error)
      }
      kernelMappingHasChanged?(virtual, size)
      // Once more, for the tables that were given back.
      invalidatePage(at: virtual.value)
      Shootdown.run(virtual, size: size)
      frames.released.free()
      released.free()
    }
  }

  /// Changes what may be done with a virtual range.
  static func protect(
    _ virtual: VirtualAddress, size: UInt64, permissions: PagePermissions
  ) throws(MappingError) {
    try exclusively { () throws(MappingError) in
      var frames = PageAllocatorFrames()
      do throws(PagingError) {
        try kernelPageTables?.protect(
          virtual, size: size, permissions: permissions, frames: &frames,
          changed: { invalidatePage(at: $0.value) })
      } catch {
        throw .paging(error)
      }
      Shootdown.run(virtual, size: size)
    }
  }

  /// Unmaps the pages at the start of a range that were mapped before there was no frame left.
  private static func undo(_ virtual: VirtualAddress, size: UInt64) {
    var mapped: UInt64 = 0
    while mapped < size, let found = kernelPageTables?.translate(virtual + mapped) {
      mapped += found.size.bytes
    }
    try? unmap(virtual, size: mapped)
  }
}

/// Frames for page tables, from the page allocator, which gets them back when no processor knows of
/// them any more.
struct PageAllocatorFrames: TableFrameOwner {
  var released = FrameChain()

  mutating func allocateTableFrame() -> PhysicalAddress? {
    (try? pages?.allocate(FrameRequest(order: 0)))?.start
  }

  mutating func freeTableFrame(_ frame: PhysicalAddress) { released.add(frame) }
}

/// Frames that are to be freed together. Each has the address of the next in its first word: to a
/// processor that still takes the frame for a page table, an entry that is not present.
struct FrameChain {
  private var first = PhysicalAddress.zero

  /// Adds a frame, whose content is lost.
  mutating func add(_ frame: PhysicalAddress) {
    kernelWindow.store(first.value, at: frame)
    first = frame
  }

  /// Gives all frames to the page allocator.
  mutating func free() {
    while first != .zero {
      let frame = first
      first = PhysicalAddress(kernelWindow.load(UInt64.self, at: frame))
      do throws(FreeError) {
        try pages?.free(PageFrameNumber(containing: frame), order: 0)
      } catch {
        panic("a frame that was mapped is not the page allocator's")
      }
    }
  }
}
