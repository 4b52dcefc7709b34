import Addressing

/// The hand-off: reserved frames become free ones.
extension Zone {
  /// Makes reserved frames free. Costs by chunks at the range's edges and by spans inside it;
  /// records of whole chunks inside are neither read nor written.
  ///
  /// - Parameter slots: Slots inside one of the zone's pieces.
  /// - Returns: How many of the frames were reserved and are free now; the others were free or
  ///   allocated already and are left alone.
  @_optimize(size)
  mutating func release(_ slots: Range<Int>) -> UInt64 {
    // Here a closed frame is a reserved one.
    clearShelf()
    var released: UInt64 = 0
    var slot = slots.lowerBound
    while slot < slots.upperBound {
      let chunk = slot >> Chunk.shift
      let start = chunk << Chunk.shift
      let end = start + 1 << Chunk.shift
      if slot == start, end <= slots.upperBound, !isDivided(chunk) {
        let chunks = chunk..<min((chunk | 63) + 1, slots.upperBound >> Chunk.shift)
        released += releaseWholeChunks(chunks)
        slot = chunks.upperBound << Chunk.shift
      } else {
        let part = slot..<min(end, slots.upperBound)
        released += releasePart(part, ofChunk: chunk)
        slot = part.upperBound
      }
    }
    freeFrames += released
    managedFrames += released
    return released
  }

  /// Makes the chunks that are reserved from end to end free, in one span.
  private mutating func releaseWholeChunks(_ range: Range<Int>) -> UInt64 {
    let span = range.lowerBound >> 6
    let wanted = Self.units(from: range.lowerBound & 63, count: range.count)
    let reserved = spans[span].chunks.closed & ~spans[span].divided
    spans[span].chunks.reopen(wanted & reserved)
    firstOpenSpan = min(firstOpenSpan, span)
    var released = UInt64((wanted & reserved).nonzeroBitCount) << UInt64(Chunk.shift)
    var divided = wanted & spans[span].divided
    while divided != 0 {
      let chunk = span << 6 | divided.trailingZeroBitCount
      divided &= divided - 1
      released += releasePart(
        chunk << Chunk.shift..<(chunk + 1) << Chunk.shift, ofChunk: chunk)
    }
    return released
  }

  /// Makes reserved frames of one chunk free.
  private mutating func releasePart(_ slots: Range<Int>, ofChunk chunk: Int) -> UInt64 {
    let state = spans[chunk >> 6].chunks
    guard state.isClosed(chunk & 63) else { return 0 }
    if !isDivided(chunk) { divideReserved(chunk) }
    var released: UInt64 = 0
    var slot = slots.lowerBound
    while slot < slots.upperBound {
      let group = slot >> Chunk.groupShift & 63
      let end = min((slot | 63) + 1, slots.upperBound)
      let units = Self.units(from: slot & 63, count: end - slot)
      slot = end
      guard chunks[chunk].groups.isClosed(group) else { continue }
      let reserved = units & chunks[chunk].frames[group].closed
      chunks[chunk].frames[group].reopen(reserved)
      released += UInt64(reserved.nonzeroBitCount)
      if let poisonWindow {
        fill(reserved, ofGroup: chunk << 6 | group, through: poisonWindow)
      }
      refresh(group, ofChunk: chunk)
    }
    return released
  }

  /// Fills frames of a group with poison.
  private func fill(_ units: UInt64, ofGroup group: Int, through window: PhysicalMemoryWindow) {
    var left = units
    while left != 0 {
      let slot = group << Chunk.groupShift | left.trailingZeroBitCount
      left &= left - 1
      Poison.fill(frame(of: slot), count: 1, through: window)
    }
  }

  /// A set of `count` neighbouring units, at most 64.
  static func units(from first: Int, count: Int) -> UInt64 {
    (UInt64.max >> UInt64(64 - count)) << UInt64(first)
  }
}
