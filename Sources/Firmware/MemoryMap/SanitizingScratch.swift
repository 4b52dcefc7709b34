import Addressing

/// The room that sanitising a memory map works in: a fixed part of the map itself, because
/// there is no heap yet and the boot stack is small.
@frozen
@usableFromInline
struct SanitizingScratch: ~Copyable {
  /// The new entries, until they take the place of the old ones.
  @usableFromInline var pieces: InlineArray<1024, MemoryMap.Entry>
  /// Indices of entries in the order in which they start.
  @usableFromInline var starts: InlineArray<1024, UInt16>
  /// Indices of entries in the order in which they end.
  @usableFromInline var ends: InlineArray<1024, UInt16>
  /// The other half of a merge sort.
  @usableFromInline var merged: InlineArray<1024, UInt16>
  /// A binary heap of the entries at a place, the greatest type on top.
  @usableFromInline var heap: InlineArray<1024, UInt16>

  @inlinable
  init() {
    pieces = InlineArray(repeating: MemoryMap.Entry())
    starts = InlineArray(repeating: 0)
    ends = InlineArray(repeating: 0)
    merged = InlineArray(repeating: 0)
    heap = InlineArray(repeating: 0)
  }
}
