import Addressing

/// Which chunk has what: the sets by order, and the way in which chunks become divided and whole.
extension Zone {
  /// Notes that a divided chunk has free blocks of the orders in the set.
  @inline(__always)
  mutating func note(_ orders: UInt64, ofChunk chunk: Int) {
    if orders & ~chunks[chunk].orders != 0 { noteNew(orders & ~chunks[chunk].orders, chunk) }
  }

  @inline(never)
  private mutating func noteNew(_ new: UInt64, _ chunk: Int) {
    let span = chunk >> 6
    let bit: UInt64 = 1 &<< UInt64(chunk & 63)
    var left = new
    while left != 0 {
      let order = left.trailingZeroBitCount
      left &= left &- 1
      let isKnown = spans[span].orders &>> UInt64(order) & 1 != 0
      spans[span].holding[order] = (isKnown ? spans[span].holding[order] : 0) | bit
      if isKnown { continue }
      if spanCounts[order] == 0 || span < firstSpans[order] { firstSpans[order] = span }
      spanCounts[order] &+= 1
      spans[span].orders |= 1 &<< UInt64(order)
    }
    chunks[chunk].orders |= new
    orders |= new
  }

  /// Notes that a chunk has no free block of an order.
  private mutating func forget(_ order: Int, ofChunk chunk: Int) {
    let span = chunk >> 6
    chunks[chunk].orders &= ~(1 &<< UInt64(order))
    spans[span].holding[order] &= ~(1 &<< UInt64(chunk & 63))
    guard spans[span].holding[order] == 0 else { return }
    spans[span].orders &= ~(1 &<< UInt64(order))
    spanCounts[order] &-= 1
    if spanCounts[order] == 0 { orders &= ~(1 &<< UInt64(order)) }
  }

  /// The smallest free block that holds `order`, 0 to 12, which the caller must take: its chunk, its
  /// place there and its order; `nil` where there is none, with nothing left on the shelf.
  ///
  /// Amortised O(1), and O(GiB) at most: what misleads a search is put right by it.
  @inline(__always)
  mutating func block(
    holding order: Int
  ) -> (chunk: Int, place: (group: Int, unit: Int), order: Int)? {
    while true {
      if let found = block(among: ~0 &<< UInt64(order)) { return found }
      if !divideFreeChunk(), !clearShelf() { return nil }
    }
  }

  /// The same among the divided chunks, with one of the orders in the set.
  @inline(__always)
  mutating func block(
    among wanted: UInt64
  ) -> (chunk: Int, place: (group: Int, unit: Int), order: Int)? {
    while orders & wanted != 0 {
      let order = (orders & wanted).trailingZeroBitCount
      let span = firstSpan(with: order)
      let chunk = span &<< 6 | spans[span].holding[order & 15].trailingZeroBitCount
      let place = chunks[chunk].block(of: order)
      if chunks[chunk].holding[order & 7] == 0 || order >= Chunk.groupShift {
        forget(order, ofChunk: chunk)
      }
      if let place { return (chunk, place, order) }
    }
    return nil
  }

  /// The first span with chunks that may have a free block of an order. There must be one.
  @inline(__always)
  private mutating func firstSpan(with order: Int) -> Int {
    var span = firstSpans[order & 15]
    while spans[span].orders &>> UInt64(truncatingIfNeeded: order) & 1 == 0 { span &+= 1 }
    firstSpans[order & 15] = span
    return span
  }

  /// Divides a free chunk, of the smallest run in the lowest span that has one. Amortised O(1).
  ///
  /// - Returns: Whether there was one.
  @inline(never)
  mutating func divideFreeChunk() -> Bool {
    while firstOpenSpan < spans.count {
      if let found = spans[firstOpenSpan].chunks.smallestBlock(holding: 0) {
        divide(firstOpenSpan << 6 | found.unit)
        return true
      }
      firstOpenSpan += 1
    }
    return false
  }

  /// Writes the records of a free chunk, so that parts of it can be allocated.
  mutating func divide(_ chunk: Int) {
    let frame = firstFrame(ofChunk: chunk)
    let bit: UInt64 = 1 &<< UInt64(chunk & 63)
    spans[chunk >> 6].chunks.close(bit)
    spans[chunk >> 6].divided |= bit
    chunks[chunk].makeFree(firstFrame: frame, index: chunk)
    extendDividedPrefix()
    note(1 << UInt64(Chunk.shift), ofChunk: chunk)
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

  /// Puts right what is known of a group, whatever was done to its frames.
  @inline(never)
  mutating func refresh(_ group: Int, ofChunk chunk: Int) {
    // Of a group that a cache has nothing is known until it is given back.
    guard chunks[chunk].isDivided(group) else { return }
    let orders = chunks[chunk].frames[group].orders
    chunks[chunk].note(orders, inGroup: group)
    if orders >> UInt64(Chunk.groupShift) & 1 != 0 {
      chunks[chunk].merge(group)
      refresh(chunk, around: group)
    } else {
      note(orders, ofChunk: chunk)
    }
  }

  /// Notes for the chunk what a free did to a group that is noted there, and merges the group where
  /// all of it is free.
  mutating func noteFree(at frame: UInt64, inChunk chunk: Int) {
    let (group, unit) = Chunk.place(of: frame)
    let order = chunks[chunk].frames[group].mergedOrder(at: unit & 63)
    if order == Chunk.groupShift {
      chunks[chunk].merge(group)
      refresh(chunk, around: group)
    } else {
      note(1 &<< UInt64(truncatingIfNeeded: order), ofChunk: chunk)
    }
  }

  /// Puts right what is known of a divided chunk, where a group of it became free.
  mutating func refresh(_ chunk: Int, around group: Int) {
    let order = chunks[chunk].groups.mergedOrder(at: group) &+ Chunk.groupShift
    note(1 &<< UInt64(order), ofChunk: chunk)
    if order == Chunk.shift { merge(chunk) }
  }

  /// Hands a divided and wholly free chunk back to its span.
  private mutating func merge(_ chunk: Int) {
    while chunks[chunk].orders != 0 {
      forget(chunks[chunk].orders.trailingZeroBitCount, ofChunk: chunk)
    }
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
