import Addressing

extension Zone {
  /// Frees the allocated block of `order` at `slot`, a multiple of the block's size inside the
  /// zone's pieces.
  ///
  /// O(1). Where there is no such block nothing is changed.
  mutating func free(_ order: Int, at slot: Int) throws(FreeError) {
    if order < Chunk.groupShift {
      try freeFrames(order, at: slot)
    } else if order <= Chunk.shift {
      try freeGroups(order, at: slot)
    } else {
      try freeChunks(order, at: slot)
    }
    freeFrames &+= 1 &<< UInt64(truncatingIfNeeded: order)
  }

  /// Frees a block of order 0 to 5.
  private mutating func freeFrames(_ order: Int, at slot: Int) throws(FreeError) {
    let group = slot >> Chunk.groupShift
    let unit = slot & 63
    guard isDivided(slot >> Chunk.shift),
      chunks[slot >> Chunk.shift].groups.isClosed(group & 63)
    else { throw fault(freeing: order, at: slot) }
    var word = frames[group]
    guard word.isHead(unit), word.length(ofBlockAt: unit) == 1 &<< order else {
      throw fault(freeing: order, at: slot)
    }
    word.release(order, at: unit)
    frames[group] = word
    poison(slot, order)
    raiseLevel(ofGroup: group, freed: order, at: unit, in: word)
  }

  /// Puts right the levels of a group and its chunk after a block of the group was freed.
  mutating func raiseLevel(
    ofGroup group: Int, freed order: Int, at unit: Int, in word: BlockWord
  ) {
    let old = Int(levels[group])
    guard old <= Chunk.groupShift else { return }
    // Only a block larger than all others changes the level.
    let least = max(order, old &- 1)
    let new = word.mergedOrder(from: least, at: unit) &+ 1
    if new == old { return }
    let chunk = group >> 6
    if new <= Chunk.groupShift {
      setLevel(new, ofGroup: group, was: old)
      if new > chunks[chunk].level {
        setLevel(UInt32(truncatingIfNeeded: new), ofChunk: chunk)
      }
    } else {
      setLevel(0, ofGroup: group, was: old)
      chunks[chunk].groups.reopen(1 &<< UInt64(truncatingIfNeeded: group & 63))
      raiseLevel(ofChunk: chunk, freed: 0, at: group & 63)
    }
  }

  /// Frees a block of order 6 to 12.
  private mutating func freeGroups(_ order: Int, at slot: Int) throws(FreeError) {
    let chunk = slot >> Chunk.shift
    let unit = slot >> Chunk.groupShift & 63
    guard isDivided(chunk), chunks[chunk].groups.isHead(unit),
      chunks[chunk].groups.length(ofBlockAt: unit) == 1 &<< (order &- Chunk.groupShift)
    else { throw fault(freeing: order, at: slot) }
    chunks[chunk].groups.release(order &- Chunk.groupShift, at: unit)
    poison(slot, order)
    raiseLevel(ofChunk: chunk, freed: order &- Chunk.groupShift, at: unit)
  }

  /// Puts right the level of a chunk after groups of it were freed.
  mutating func raiseLevel(ofChunk chunk: Int, freed order: Int, at unit: Int) {
    let old = Int(chunks[chunk].level)
    let least = max(order, old &- 1 &- Chunk.groupShift)
    let merged = chunks[chunk].groups.mergedOrder(from: least, at: unit)
    let new = merged &+ Chunk.groupShift &+ 1
    if new > old { setLevel(UInt32(truncatingIfNeeded: new), ofChunk: chunk) }
  }

  /// Frees a block larger than a chunk.
  private mutating func freeChunks(_ order: Int, at slot: Int) throws(FreeError) {
    let chunk = slot >> Chunk.shift
    let unit = chunk & 63
    guard spans[chunk >> 6].chunks.isHead(unit),
      spans[chunk >> 6].chunks.length(ofBlockAt: unit) == 1 << (order - Chunk.shift)
    else { throw fault(freeing: order, at: slot) }
    spans[chunk >> 6].chunks.release(order - Chunk.shift, at: unit)
    firstOpenSpan = min(firstOpenSpan, chunk >> 6)
  }

  /// Fills a freed block with poison where that is wanted.
  @inline(__always)
  private func poison(_ slot: Int, _ order: Int) {
    if let poisonWindow {
      Poison.fill(frame(of: slot), count: 1 << UInt64(order), through: poisonWindow)
    }
  }

  /// Whether the chunk's record means something.
  func isDivided(_ chunk: Int) -> Bool {
    spans[chunk >> 6].divided &>> UInt64(truncatingIfNeeded: chunk & 63) & 1 != 0
  }

  /// Why a block can't be freed. O(1).
  func fault(freeing order: Int, at slot: Int) -> FreeError {
    switch state(of: slot) {
    case .free: .alreadyFree
    case .reserved: .reserved
    case .inside: .notStartOfBlock
    case .head(let actual): .wrongOrder(actual: actual)
    }
  }
}
