import Addressing
import Boot
import PageAllocator
import Paging

/// A processor's own stacks, each above a page that is not mapped:
///
///     guard | main, 16 pages | guard | #DF, 4 | guard | NMI, 4 | guard | #MC, 4 | guard
///            ^ start
struct ProcessorStacks {
  /// Where the main stack starts, its lowest byte.
  let start: VirtualAddress

  private static var page: UInt64 { PageFrameNumber.size }
  private static var mainPages: UInt64 { 16 }
  private static var exceptionPages: UInt64 { UInt64(EXCEPTION_STACK_SIZE) / page }
  private static var pages: UInt64 { mainPages + 3 * (1 + exceptionPages) }

  /// Maps the stacks of one processor. They stay for as long as the machine is up.
  static func make() throws(MappingError) -> ProcessorStacks {
    try AddressSpace.exclusively { () throws(MappingError) in
      let stacks = ProcessorStacks(start: try AddressSpace.room(for: pages * page))
      for index in 0..<pages where !isGuard(index) {
        try MappedMemory.mapPage(at: stacks.start + index * page, .readWrite)
      }
      return stacks
    }
  }

  /// The address above the main stack.
  var mainTop: VirtualAddress { start + Self.mainPages * Self.page }

  /// The address above the stack of an exception that has one: 0 double faults, 1 non-maskable
  /// interrupts, 2 machine checks.
  func exceptionTop(_ index: UInt64) -> VirtualAddress {
    mainTop + (index + 1) * (1 + Self.exceptionPages) * Self.page
  }

  /// Whether all of a virtual range is in one of the stacks.
  func contains(_ address: UInt64, size: UInt64) -> Bool {
    guard let first = pageIndex(of: address), let last = pageIndex(of: address &+ (size - 1)) else {
      return false
    }
    return first <= last && !Self.isGuard(first) && !Self.isGuard(last)
  }

  /// Whether a virtual address is in a page below one of the stacks.
  func isGuardPage(_ address: UInt64) -> Bool {
    if address < start.value { return address >= start.value - Self.page }
    guard let index = pageIndex(of: address) else { return false }
    return Self.isGuard(index)
  }

  private func pageIndex(of address: UInt64) -> UInt64? {
    guard address >= start.value, address - start.value < Self.pages * Self.page else { return nil }
    return (address - start.value) / Self.page
  }

  private static func isGuard(_ index: UInt64) -> Bool {
    index >= mainPages && (index - mainPages) % (1 + exceptionPages) == 0
  }
}
