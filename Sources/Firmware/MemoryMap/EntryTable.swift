import Addressing

/// The entries of a memory map, in a table of fixed size that is never copied.
@frozen
@usableFromInline
struct EntryTable: ~Copyable {
  @usableFromInline var slots: InlineArray<1024, MemoryMap.Entry>
  @usableFromInline let place: StaysInPlace

  @inlinable
  init() {
    slots = InlineArray(repeating: MemoryMap.Entry())
    place = StaysInPlace()
  }

  @inlinable subscript(index: Int) -> MemoryMap.Entry {
    get { slots[index] }
    set { slots[index] = newValue }
  }
}
