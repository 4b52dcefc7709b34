import Addressing

/// Why a mapping could not be made or changed.
public enum PagingError: Error, Equatable, Sendable {
  /// A virtual address, a physical address or a size is not a multiple of 4 KiB.
  case unaligned
  /// The virtual range is not canonical, or passes the end of the address space.
  case notCanonical(VirtualAddress)
  /// Something is mapped at that address already; what was mapped before it in the same call
  /// stays mapped.
  case alreadyMapped(VirtualAddress)
  /// Nothing is mapped at that address; nothing was changed.
  case notMapped(VirtualAddress)
  /// There was no frame for a page table.
  case outOfTableFrames

  /// Writes what happened in one line, without a line break.
  public func write(to sink: inout some TextSink & ~Copyable) {
    switch self {
    case .unaligned: sink.write("a mapping must start and end at a multiple of 4 KiB")
    case .notCanonical(let address):
      sink.write(hex: address.value, digits: 16)
      sink.write(" is not canonical, or the mapping runs out of the canonical half")
    case .alreadyMapped(let address):
      sink.write(hex: address.value, digits: 16)
      sink.write(" is mapped already")
    case .notMapped(let address):
      sink.write(hex: address.value, digits: 16)
      sink.write(" is not mapped")
    case .outOfTableFrames: sink.write("no frame for a page table")
    }
  }
}
