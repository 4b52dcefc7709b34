import Addressing
import PageAllocator
import Paging
import X86

/// The page tables of a program's address space.
///
/// The kernel is in every address space, by the same tables: its entries of 512 GiB are copied from
/// the kernel's own. Where one of these changes later, it is changed in all of them (`follow`).
final class UserTables {
  /// The tables; `nil` once they are given back.
  var tables: PageTables?

  /// Those that are in use, each with the next: no array, which would need code to be valid. Changed
  /// while the address space is held.
  @safe nonisolated(unsafe) private static var first: UserTables?
  private var next: UserTables?

  /// Makes the tables of an address space with nothing in it but the kernel.
  init() throws(MappingError) {
    tables = nil
    try AddressSpace.exclusively { () throws(MappingError) in
      tables = try Self.makeTables()
      next = Self.first
      Self.first = self
      if kernelMappingHasChanged == nil { kernelMappingHasChanged = Self.follow }
    }
  }

  private static func makeTables() throws(MappingError) -> PageTables {
    guard let levels = kernelPageTables?.levels else { panic("the machine is not up yet") }
    var frames = PageAllocatorFrames()
    var tables: PageTables
    do throws(PagingError) {
      tables = try PageTables(
        through: kernelWindow, largestPage: .fourKiB, levels: levels, frames: &frames)
    } catch {
      throw .paging(error)
    }
    do throws(PagingError) {
      try share(kernelParts, with: &tables, &frames)
      return tables
    } catch {
      release(tables)
      throw .paging(error)
    }
  }

  /// Takes the tables out of use, and gives them back with all pages that they map for the program.
  /// No processor runs with them.
  func drop() {
    AddressSpace.exclusively {
      if Self.first === self { Self.first = next }
      var other = Self.first
      while let current = other {
        if current.next === self { current.next = next }
        other = current.next
      }
      next = nil
      if let tables = tables.take() { Self.release(tables) }
    }
  }

  private static func release(_ tables: consuming PageTables) {
    let area = MachineMemory().programArea
    var frames = PageAllocatorFrames()
    var pages = FrameChain()
    tables.tearDown(
      owning: area.lowerBound, size: area.upperBound - area.lowerBound, frames: &frames,
      removed: { page, _ in pages.add(page) })
    pages.free()
    frames.released.free()
  }

  /// What of the address space is the kernel's in all of them: all but `programArea`.
  private static var kernelParts: InlineArray<3, (start: VirtualAddress, size: UInt64)> {
    let area = MachineMemory().programArea
    let half: UInt64 = 1 << 47
    return [
      (VirtualAddress(0), area.lowerBound.value),
      (area.upperBound, half - area.upperBound.value),
      (VirtualAddress(0 &- half), half),
    ]
  }

  private static func share(
    _ parts: InlineArray<3, (start: VirtualAddress, size: UInt64)>,
    with tables: inout PageTables, _ frames: inout PageAllocatorFrames
  ) throws(PagingError) {
    for index in parts.indices {
      try kernelPageTables?.shareEntries(
        with: &tables, for: parts[index].start, size: parts[index].size, frames: &frames)
    }
  }

  /// After a change of the kernel's mappings: sees to it that all address spaces have it. Only where
  /// the first or last mapping within 512 GiB came or went is there something to do.
  private static func follow(_ virtual: VirtualAddress, size: UInt64) {
    guard !MachineMemory().programArea.contains(virtual) else { return }
    var next = first
    while let space = next {
      next = space.next
      guard var tables = space.tables.take() else { continue }
      var frames = PageAllocatorFrames()
      do throws(PagingError) {
        try kernelPageTables?.shareEntries(
          with: &tables, for: virtual, size: size, frames: &frames)
      } catch {
        // The tables above these entries are there since the address space was made.
        panic("a mapping of the kernel's can't be shared with a program's address space")
      }
      space.tables = consume tables
    }
  }
}
