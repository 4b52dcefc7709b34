import Addressing

extension Zone {
  /// Allocates a block and returns its first slot; `nil` where no free block holds `order`.
  ///
  /// O(1): the same few steps for one frame and for `maximumOrder` up to 12; above that,
  /// O(spans).
  mutating func allocate(_ order: Int) -> Int? {
    if order > Chunk.shift { return allocateChunks(order) }
    guard let chunk = chunk(holding: order) else { return nil }
    freeFrames &-= 1 &<< UInt64(truncatingIfNeeded: order)
    return order < Chunk.groupShift
      ? allocateFrames(order, in: chunk) : allocateGroups(order, in: chunk)
  }

  /// Allocates a block of order 6 to 12 in a chunk that has one.
  private mutating func allocateGroups(_ order: Int, in chunk: Int) -> Int {
    let order = order &- Chunk.groupShift
    guard let found = chunks[chunk].groups.smallestBlock(holding: order) else {
      preconditionFailure("a chunk's level promises a block that it does not have")
    }
    chunks[chunk].groups.allocate(order, at: found.unit)
    if found.isLastOfItsSize {
      // What is left of the largest block has its halves, if it was larger than wanted.
      setLevel(
        found.order > order
          ? UInt32(truncatingIfNeeded: found.order &+ Chunk.groupShift)
          : chunks[chunk].largestLevel,
        ofChunk: chunk)
    }
    return chunk &<< Chunk.shift | found.unit &<< Chunk.groupShift
  }

  /// Allocates a block of order 0 to 5 in a chunk that has one.
  private mutating func allocateFrames(_ order: Int, in chunk: Int) -> Int {
    let (group, old, changesChunk) = group(holding: order, in: chunk)
    guard let found = frames[group].smallestBlock(holding: order) else {
      preconditionFailure("a group's level promises a block that it does not have")
    }
    frames[group].allocate(order, at: found.unit)
    if found.isLastOfItsSize {
      let new = found.order > order ? found.order : frames[group].largestOrder &+ 1
      setLevel(new, ofGroup: group, was: old)
      if changesChunk { setLevel(chunks[chunk].largestLevel, ofChunk: chunk) }
    }
    return group &<< Chunk.groupShift | found.unit
  }

  /// The group of `chunk` that fits a block of `order` tightest, its level, and whether the
  /// chunk's own level hangs on it. A free group is closed first; no set knows of it yet.
  mutating func group(
    holding order: Int, in chunk: Int
  ) -> (group: Int, level: Int, changesChunk: Bool) {
    var level = order &+ 1
    while level <= Chunk.groupShift {
      let ready = chunks[chunk].ready[level &- 1]
      if ready != 0 {
        return (
          chunk &<< 6 | ready.trailingZeroBitCount, level, level == Int(chunks[chunk].level)
        )
      }
      level &+= 1
    }
    guard let found = chunks[chunk].groups.smallestBlock(holding: 0) else {
      preconditionFailure("a chunk's level promises a group that it does not have")
    }
    let group = chunk &<< 6 | found.unit
    closeGroup(group)
    return (group, 0, found.isLastOfItsSize)
  }

  /// Divides a free group into 64 free frames that no list knows of yet.
  func closeGroup(_ group: Int) {
    chunks[group >> 6].groups.close(1 &<< UInt64(truncatingIfNeeded: group & 63))
    frames[group] = .allFree
    levels[group] = 0
  }

  /// Allocates a block larger than a chunk. O(spans).
  private mutating func allocateChunks(_ order: Int) -> Int? {
    mergeFreeChunks()
    for span in firstOpenSpan..<max(spans.count, firstOpenSpan) {
      guard let found = spans[span].chunks.smallestBlock(holding: order - Chunk.shift) else {
        continue
      }
      spans[span].chunks.allocate(order - Chunk.shift, at: found.unit)
      freeFrames -= 1 << UInt64(order)
      return (span << 6 | found.unit) << Chunk.shift
    }
    return nil
  }
}
