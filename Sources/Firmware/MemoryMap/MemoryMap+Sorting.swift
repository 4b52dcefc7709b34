import Addressing

/// Orders of a map's entries by index: sorted by where they start or end, and as a heap by
/// type. The entries themselves stay where they are.
extension EntryTable {
  /// Sorts the first `length` of `indices` by their entries' starts or ends. Stable,
  /// O(n log n), and O(n) where the firmware sorted them already.
  func sortIndices(
    _ indices: inout InlineArray<1024, UInt16>, _ length: Int,
    spare: inout InlineArray<1024, UInt16>, byEnd: Bool
  ) {
    var width = 1
    while width < length {
      var isInOrder = true
      var low = 0
      while low < length {
        let middle = Swift.min(low + width, length)
        let high = Swift.min(middle + width, length)
        if middle < high,
          key(indices[middle], byEnd: byEnd) < key(indices[middle - 1], byEnd: byEnd)
        {
          isInOrder = false
          merge(indices, low, middle, high, into: &spare, byEnd: byEnd)
        } else {
          for index in low..<high { spare[index] = indices[index] }
        }
        low = high
      }
      if !isInOrder {
        // Not a swap, which would take both arrays over the stack.
        for index in 0..<length { indices[index] = spare[index] }
      }
      width *= 2
    }
  }

  /// Merges the sorted runs `low..<middle` and `middle..<high` into the same place of `target`.
  private func merge(
    _ runs: borrowing InlineArray<1024, UInt16>, _ low: Int, _ middle: Int, _ high: Int,
    into target: inout InlineArray<1024, UInt16>, byEnd: Bool
  ) {
    var left = low
    var right = middle
    for index in low..<high {
      var takesLeft = right == high
      if !takesLeft, left < middle {
        takesLeft = key(runs[left], byEnd: byEnd) <= key(runs[right], byEnd: byEnd)
      }
      if takesLeft {
        target[index] = runs[left]
        left += 1
      } else {
        target[index] = runs[right]
        right += 1
      }
    }
  }

  @inline(__always)
  private func key(_ index: UInt16, byEnd: Bool) -> PhysicalAddress {
    byEnd ? self[Int(index)].end : self[Int(index)].start
  }

  /// Puts the entry at `index` onto a heap whose top is the entry of the greatest type.
  func push(_ index: UInt16, onto heap: inout InlineArray<1024, UInt16>, _ length: inout Int) {
    var place = length
    length += 1
    while place > 0 {
      let parent = (place - 1) / 2
      if self[Int(heap[parent])].type >= self[Int(index)].type { break }
      heap[place] = heap[parent]
      place = parent
    }
    heap[place] = index
  }

  /// Takes the top off the heap.
  func popTop(of heap: inout InlineArray<1024, UInt16>, _ length: inout Int) {
    length -= 1
    let moved = heap[length]
    var place = 0
    while true {
      var child = 2 * place + 1
      guard child < length else { break }
      if child + 1 < length,
        self[Int(heap[child])].type < self[Int(heap[child + 1])].type
      {
        child += 1
      }
      if self[Int(moved)].type >= self[Int(heap[child])].type { break }
      heap[place] = heap[child]
      place = child
    }
    heap[place] = moved
  }
}
