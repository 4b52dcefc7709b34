import Addressing
import Console
import Paging

/// What the boot took from memblock, by its use.
///
/// Neighbours of one use are one entry. What does not fit is drawn as reserved; nothing else depends on
/// this table.
struct EarlyUses {
  /// A range and what it is used for.
  struct Entry {
    var range: AddressRange
    var use: MemoryCategory
  }

  private var entries = InlineArray<64, Entry>(
    repeating: Entry(range: AddressRange(from: .zero, to: .zero), use: .reserved))

  /// The number of entries.
  private(set) var count = 0

  /// The entry at an index.
  subscript(index: Int) -> Entry { entries[index] }

  /// Keeps a range's use.
  mutating func note(_ range: AddressRange, _ use: MemoryCategory) {
    for index in 0..<count where entries[index].use == use {
      if entries[index].range.start == range.end {
        entries[index].range = AddressRange(from: range.start, to: entries[index].range.end)
        return
      }
      if entries[index].range.end == range.start {
        entries[index].range = AddressRange(from: entries[index].range.start, to: range.end)
        return
      }
    }
    guard count < entries.count else { return }
    entries[count] = Entry(range: range, use: use)
    count += 1
  }
}

/// Filled as the boot goes on.
@safe nonisolated(unsafe) var earlyUses = EarlyUses()
