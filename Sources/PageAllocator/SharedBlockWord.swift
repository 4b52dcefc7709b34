import Addressing
import Synchronization

/// A `BlockWord` in a zone's records, which several processors may change at once.
///
/// Units are allocated, freed, closed and opened with the zone's lock held. Without it a
/// processor may do one thing: mark the first unit of a block that it has as one in its cache,
/// and take the mark off. That changes one bit of `free`; so every change of `free` is atomic.
///
/// A unit that begins something does so at every moment: of the two bits the one that is set is
/// written before the one that is cleared.
struct SharedBlockWord: ~Copyable, UnwrittenStorage {
  private let free: Atomic<UInt64>
  private let head: Atomic<UInt64>

  init(_ word: BlockWord) {
    free = Atomic(word.free)
    head = Atomic(word.head)
  }

  /// The word as it is now.
  @inline(__always)
  var value: BlockWord {
    BlockWord(free: free.load(ordering: .acquiring), head: head.load(ordering: .acquiring))
  }

  /// Writes all of the word, which nobody else looks at.
  func write(_ word: BlockWord) {
    free.store(word.free, ordering: .relaxed)
    head.store(word.head, ordering: .releasing)
  }

  /// Makes free blocks allocated ones: `first` are their first units, `units` all of them.
  @inline(__always)
  func allocate(first: UInt64, units: UInt64) {
    head.store(head.load(ordering: .relaxed) | first, ordering: .relaxed)
    free.bitwiseAnd(~units, ordering: .acquiringAndReleasing)
  }

  /// Makes free blocks ones that are in a processor's cache.
  @inline(__always)
  func allocateMarked(first: UInt64, units: UInt64) {
    head.store(head.load(ordering: .relaxed) | first, ordering: .releasing)
    if units != first { free.bitwiseAnd(~(units ^ first), ordering: .acquiringAndReleasing) }
  }

  /// Makes an allocated block, or one in a processor's cache, a free one.
  ///
  /// - Returns: The word after that.
  @inline(__always)
  func release(first: UInt64, units: UInt64) -> BlockWord {
    let free = free.bitwiseOr(units, ordering: .acquiringAndReleasing).newValue
    let head = head.load(ordering: .relaxed) & ~first
    self.head.store(head, ordering: .releasing)
    return BlockWord(free: free, head: head)
  }

  /// Marks an allocated block as one in a processor's cache.
  ///
  /// - Returns: Whether it was not marked before.
  @inline(__always)
  func mark(first: UInt64) -> Bool {
    free.bitwiseOr(first, ordering: .acquiringAndReleasing).oldValue & first == 0
  }

  /// Takes the mark off a block.
  @inline(__always)
  func unmark(first: UInt64) { free.bitwiseAnd(~first, ordering: .acquiringAndReleasing) }

  /// Closes free units.
  func close(_ units: UInt64) {
    head.store(head.load(ordering: .relaxed) | units, ordering: .releasing)
  }

  /// Makes closed units free.
  func reopen(_ units: UInt64) {
    head.store(head.load(ordering: .relaxed) & ~units, ordering: .releasing)
  }
}
