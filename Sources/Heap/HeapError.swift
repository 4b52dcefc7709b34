public import Addressing

/// Why the heap could not do what it was asked to do. Nothing was changed, but for
/// ``freeBlockChanged(_:)``, after which the block is not used again.
public enum HeapError: Error, Equatable, Sendable {
  /// There is no memory for a block of `size` bytes; that many bytes were free, if not in one
  /// piece.
  case outOfMemory(size: UInt64, freeBytes: UInt64)

  /// The alignment is no power of two, or above 2 MiB.
  case invalidAlignment(UInt64)

  /// No block of the heap was ever at this place, or what it was in is gone.
  case foreignPointer(VirtualAddress)

  /// The block at this place is free already.
  case doubleFree(VirtualAddress)

  /// The place is inside a block, not at its start.
  case insideBlock(VirtualAddress)

  /// What the heap keeps about the slab at this place was overwritten.
  case corrupted(VirtualAddress)

  /// The free block at this place was written to. It is not used again.
  case freeBlockChanged(VirtualAddress)
}

extension HeapError {
  /// Writes what happened, without a line break.
  public func write(to sink: inout some TextSink & ~Copyable) {
    sink.write("heap: ")
    switch self {
    case .outOfMemory(let size, let freeBytes):
      sink.write("no memory for ")
      sink.write(decimal: size)
      sink.write(" bytes; ")
      sink.write(decimal: freeBytes)
      sink.write(" bytes are free")
    case .invalidAlignment(let alignment):
      sink.write("an alignment of ")
      sink.write(decimal: alignment)
      sink.write(" is no power of two up to 2 MiB")
    case .foreignPointer(let address):
      sink.write("free of ")
      sink.write(hex: address.value, digits: 16)
      sink.write(", which is no block of the heap")
    case .doubleFree(let address):
      sink.write("double free of ")
      sink.write(hex: address.value, digits: 16)
    case .insideBlock(let address):
      sink.write("free of ")
      sink.write(hex: address.value, digits: 16)
      sink.write(", which is inside a block")
    case .corrupted(let address):
      sink.write("the header of the blocks at ")
      sink.write(hex: address.value, digits: 16)
      sink.write(" was overwritten")
    case .freeBlockChanged(let address):
      sink.write("the free block at ")
      sink.write(hex: address.value, digits: 16)
      sink.write(" was written to")
    }
  }
}
