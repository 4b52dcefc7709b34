import Addressing

/// A list of entries' indices, in a table of fixed size that is never copied.
@frozen
@usableFromInline
struct IndexTable: ~Copyable {
  @usableFromInline var slots: InlineArray<1024, UInt16>
  @usableFromInline let place: StaysInPlace

  @inlinable
  init() {
    slots = InlineArray(repeating: 0)
    place = StaysInPlace()
  }

  @inlinable subscript(index: Int) -> Int {
    get { Int(slots[index]) }
    set { slots[index] = UInt16(truncatingIfNeeded: newValue) }
  }
}

/// The room that sanitising a memory map works in: a fixed part of the map itself, because
/// there is no heap yet and the boot stack is small.
@frozen
@usableFromInline
struct SanitizingScratch: ~Copyable {
  /// The new entries, until they take the place of the old ones.
  @usableFromInline var pieces: EntryTable
  /// Indices of entries in the order in which they start.
  @usableFromInline var starts: IndexTable
  /// Indices of entries in the order in which they end.
  @usableFromInline var ends: IndexTable
  /// The other half of a merge sort.
  @usableFromInline var merged: IndexTable
  /// A binary heap of the entries at a place, the greatest type on top.
  @usableFromInline var heap: IndexTable

  @inlinable
  init() {
    pieces = EntryTable()
    starts = IndexTable()
    ends = IndexTable()
    merged = IndexTable()
    heap = IndexTable()
  }
}
