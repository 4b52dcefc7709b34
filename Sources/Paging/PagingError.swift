import Addressing

/// Why a mapping could not be made.
public enum PagingError: Error, Equatable, Sendable {
  /// A virtual address, a physical address or a size is not a multiple of 4 KiB.
  case unaligned
  /// The virtual range is not canonical, or passes the end of the address space.
  case notCanonical(VirtualAddress)
  /// Something is mapped at that address already; what was mapped before it in the same call
  /// stays mapped.
  case alreadyMapped(VirtualAddress)
  /// There was no frame for a page table.
  case outOfTableFrames
}
