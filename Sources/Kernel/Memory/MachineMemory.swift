public import Addressing
public import PageAllocator
public import Paging
import X86

/// The machine's memory: its frames, and the address space that the kernel and what runs on it see.
public struct MachineMemory {
  /// Who has every free frame.
  public var pages: PageAllocator {
    guard let allocator = Kernel.pages else { panic("the machine is not up yet") }
    return allocator
  }

  /// How many bytes of RAM the page allocator was given, and how many it has free.
  @export(interface)
  public var total: UInt64 { pages.managedFrames * PageFrameNumber.size }

  /// How many bytes of RAM are free.
  @export(interface)
  public var free: UInt64 { MachineMemory.freePages * PageFrameNumber.size }

  /// How many frames are free, those in the processors' caches included; 0 before the hand-over.
  package static var freePages: UInt64 {
    guard let pages = Kernel.pages else { return 0 }
    return pages.freeFrames + pages.cachedFrames
  }

  /// The virtual addresses that a program may map as it likes; the kernel uses none of them.
  public var programArea: Range<VirtualAddress> {
    VirtualAddress(0x0000_0080_0000_0000)..<VirtualAddress(0x0000_0880_0000_0000)
  }

  /// Where the direct map shows RAM.
  public var window: PhysicalMemoryWindow { kernelWindow }

  /// Where an address leads, how large the page is and what it allows; `nil` where nothing is mapped.
  @export(interface)
  public func translate(_ address: VirtualAddress) -> Translation? {
    kernelPageTables?.translate(address)
  }

  /// Maps a virtual range of `programArea` to a physical one of the same size.
  ///
  /// The frames stay the caller's. O(n) in pages.
  @export(interface)
  public func map(
    _ address: VirtualAddress, to range: AddressRange, permissions: PagePermissions
  ) throws(MappingError) {
    try check(address, size: range.size)
    try AddressSpace.map(address, to: range, permissions: permissions)
  }

  /// Unmaps a virtual range of `programArea`; page tables that are empty then go back to the page
  /// allocator. Either all of the range is unmapped or nothing. O(n) in pages.
  @export(interface)
  public func unmap(_ address: VirtualAddress, size: UInt64) throws(MappingError) {
    try check(address, size: size)
    try AddressSpace.unmap(address, size: size)
  }

  /// Changes what may be done with a virtual range of `programArea`. O(n) in pages.
  @export(interface)
  public func protect(
    _ address: VirtualAddress, size: UInt64, permissions: PagePermissions
  ) throws(MappingError) {
    try check(address, size: size)
    try AddressSpace.protect(address, size: size, permissions: permissions)
  }

  private func check(_ address: VirtualAddress, size: UInt64) throws(MappingError) {
    let area = programArea
    guard area.contains(address), size <= area.upperBound - address else { throw .isKernels }
  }
}
