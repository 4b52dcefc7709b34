import Addressing

/// What entries are sorted by.
enum Border {
  case start
  case end
}

/// Orders of a map's entries by index: sorted by where they start or end, and as a heap by
/// type. The entries themselves stay where they are.
extension EntryTable {
  /// Sorts the first `length` of `indices` by their entries' starts or ends: runs of eight by
  /// insertion, then by merging. O(n log n), and O(n) where the firmware sorted them already.
  func sort(
    _ indices: inout IndexTable, _ length: Int, spare: inout IndexTable, by border: Border
  ) {
    var width = 8
    for low in stride(from: 0, to: length, by: width) {
      sortRun(&indices, low..<Swift.min(low + width, length), by: border)
    }
    var isInSpare = false
    while width < length {
      if isInSpare {
        mergeRuns(spare, into: &indices, length, width, by: border)
      } else {
        mergeRuns(indices, into: &spare, length, width, by: border)
      }
      isInSpare.toggle()
      width *= 2
    }
    guard isInSpare else { return }
    for index in 0..<length { indices[index] = spare[index] }
  }

  /// Sorts a short run.
  private func sortRun(_ indices: inout IndexTable, _ run: Range<Int>, by border: Border) {
    for index in run.dropFirst() {
      let moved = indices[index]
      let key = key(moved, border)
      var position = index
      while position > run.lowerBound, self.key(indices[position - 1], border) > key {
        indices[position] = indices[position - 1]
        position -= 1
      }
      indices[position] = moved
    }
  }

  /// Merges sorted runs of `width`, two by two.
  private func mergeRuns(
    _ runs: borrowing IndexTable, into target: inout IndexTable, _ length: Int, _ width: Int,
    by border: Border
  ) {
    for low in stride(from: 0, to: length, by: 2 * width) {
      let middle = Swift.min(low + width, length)
      let high = Swift.min(middle + width, length)
      var left = low
      var right = middle
      var position = low
      if middle < high, key(runs[middle - 1], border) > key(runs[middle], border) {
        // Without a branch on what is compared: half of those would be foreseen wrongly.
        while left < middle, right < high {
          let (first, second) = (runs[left], runs[right])
          let takesSecond = key(second, border) < key(first, border)
          target[position] = takesSecond ? second : first
          right &+= takesSecond ? 1 : 0
          left &+= takesSecond ? 0 : 1
          position &+= 1
        }
      }
      for index in left..<middle {
        target[position] = runs[index]
        position += 1
      }
      for index in right..<high {
        target[position] = runs[index]
        position += 1
      }
    }
  }

  @inline(__always)
  private func key(_ index: Int, _ border: Border) -> PhysicalAddress {
    switch border {
    case .start: slots[index].start
    case .end: slots[index].end
    }
  }

  /// Puts the entry at `index` onto a heap whose top is the entry of the greatest type.
  func push(_ index: Int, onto heap: inout IndexTable, _ length: inout Int) {
    var position = length
    length += 1
    while position > 0 {
      let parent = (position - 1) / 2
      if slots[heap[parent]].type >= slots[index].type { break }
      heap[position] = heap[parent]
      position = parent
    }
    heap[position] = index
  }

  /// Takes the top off the heap.
  func popTop(of heap: inout IndexTable, _ length: inout Int) {
    length -= 1
    let moved = heap[length]
    var position = 0
    while true {
      var child = 2 * position + 1
      guard child < length else { break }
      if child + 1 < length, slots[heap[child]].type < slots[heap[child + 1]].type {
        child += 1
      }
      if slots[moved].type >= slots[heap[child]].type { break }
      heap[position] = heap[child]
      position = child
    }
    heap[position] = moved
  }
}
