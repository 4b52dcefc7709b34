import Addressing

/// Which chunk has what: the lists by level, and the way in which chunks enter and leave them.
extension Zone {
  /// Puts `chunk` at the head of its level's list, if it has a free block; of the highest list
  /// where its level may be too low.
  mutating func link(_ chunk: Int) {
    if chunks[chunk].unsorted == 0 {
      chunks[chunk].list = chunks[chunk].level
    } else {
      chunks[chunk].list = Chunk.wholeLevel
    }
    let level = Int(chunks[chunk].list)
    guard level != 0 else { return }
    let id = UInt32(truncatingIfNeeded: chunk)
    let next = lists[level]
    chunks[chunk].previous = Chunk.none
    chunks[chunk].next = next
    if next != Chunk.none { chunks[Int(next)].previous = id }
    lists[level] = id
    listed |= 1 &<< UInt64(truncatingIfNeeded: level)
  }

  /// Takes `chunk` out of the list that it is in, if any.
  mutating func unlink(_ chunk: Int) {
    let list = Int(chunks[chunk].list)
    guard list != 0 else { return }
    let previous = chunks[chunk].previous
    let next = chunks[chunk].next
    if next != Chunk.none { chunks[Int(next)].previous = previous }
    if previous != Chunk.none {
      chunks[Int(previous)].next = next
    } else {
      lists[list] = next
      if next == Chunk.none { listed &= ~(1 &<< UInt64(truncatingIfNeeded: list)) }
    }
  }

  /// Moves a chunk whose level has risen to a higher list. One whose level has fallen moves
  /// when a search finds it in the wrong place.
  @inline(__always)
  mutating func raise(_ chunk: Int) {
    if chunks[chunk].level > chunks[chunk].list { relink(chunk) }
  }

  /// Moves a chunk to its level's list.
  mutating func relink(_ chunk: Int) {
    unlink(chunk)
    link(chunk)
  }

  /// Moves a chunk to its level's list, with that put right.
  mutating func sort(_ chunk: Int) {
    if chunks[chunk].unsorted != 0 { chunks[chunk].sort() }
    relink(chunk)
  }

  /// Merges whatever was freed with its buddies, without exception. O(divided chunks).
  mutating func settle() {
    clearShelf()
    for span in 0..<spans.count {
      var divided = spans[span].divided
      while divided != 0 {
        let chunk = span << 6 | divided.trailingZeroBitCount
        divided &= divided - 1
        if chunks[chunk].unsorted != 0 { sort(chunk) }
      }
    }
  }

  /// A chunk with a free block of `order` at least, where possible one with no larger block
  /// than needed; `nil` where there is none, with nothing left on the shelf.
  ///
  /// Amortised O(1): what is put right here was left undone by a free.
  mutating func chunk(holding order: Int) -> Int? {
    let last = lists[Int(Chunk.wholeLevel)]
    if last != Chunk.none, chunks[Int(last)].unsorted != 0 { sort(Int(last)) }
    repeat {
      while true {
        let holding = listed &>> UInt64(truncatingIfNeeded: order &+ 1)
        if holding == 0 { break }
        let chunk = Int(lists[order &+ 1 &+ holding.trailingZeroBitCount])
        if Int(chunks[chunk].level) > order { return chunk }
        sort(chunk)
      }
      if let chunk = divideFreeChunk() { return chunk }
    } while clearShelf()
    return nil
  }

  /// Divides the lowest chunk that is free and was never touched. Amortised O(1).
  mutating func divideFreeChunk() -> Int? {
    while firstOpenSpan < spans.count {
      if spans[firstOpenSpan].chunks.available != 0 {
        // The tightest run, so that large blocks of memory nobody touched stay whole.
        let found = spans[firstOpenSpan].chunks.smallestBlock(holding: 0)
        let chunk = firstOpenSpan << 6 | found.unit
        divide(chunk)
        return chunk
      }
      firstOpenSpan += 1
    }
    return nil
  }

  /// Writes the records of a free chunk, so that parts of it can be allocated.
  mutating func divide(_ chunk: Int) {
    let frame = firstFrame(ofChunk: chunk)
    let bit: UInt64 = 1 &<< UInt64(chunk & 63)
    spans[chunk >> 6].chunks.close(bit)
    spans[chunk >> 6].divided |= bit
    chunks[chunk].makeFree(firstFrame: frame, index: chunk)
    extendDividedPrefix()
    link(chunk)
    if let poisonWindow {
      Poison.fill(frame, count: 1 << UInt64(Chunk.shift), through: poisonWindow)
    }
  }

  /// Writes the records of a reserved chunk, so that parts of it can be released.
  mutating func divideReserved(_ chunk: Int) {
    let frame = firstFrame(ofChunk: chunk)
    spans[chunk >> 6].divided |= 1 &<< UInt64(chunk & 63)
    chunks[chunk].makeReserved(firstFrame: frame, index: chunk)
    extendDividedPrefix()
  }

  /// Hands chunks that were divided and are wholly free again back to their spans, where they
  /// can merge into blocks larger than a chunk.
  mutating func mergeFreeChunks() {
    let whole = Int(Chunk.wholeLevel)
    while lists[whole] != Chunk.none {
      let chunk = Int(lists[whole])
      if chunks[chunk].level == Chunk.wholeLevel { mergeFreeChunk(chunk) } else { sort(chunk) }
    }
  }

  /// Hands one divided and wholly free chunk back to its span.
  mutating func mergeFreeChunk(_ chunk: Int) {
    unlink(chunk)
    let bit: UInt64 = 1 << UInt64(chunk & 63)
    spans[chunk >> 6].divided &= ~bit
    dividedPrefix = min(dividedPrefix, chunk)
    if run.chunks.count != 0 { run = .empty(of: chunks) }
    spans[chunk >> 6].chunks.reopen(bit)
    firstOpenSpan = min(firstOpenSpan, chunk >> 6)
  }

  /// Moves the end of the divided chunks at the zone's start up. Amortised O(1): each chunk
  /// is passed once for each time it is divided.
  private mutating func extendDividedPrefix() {
    while dividedPrefix < chunks.count, isDivided(dividedPrefix) { dividedPrefix += 1 }
  }
}
