import Addressing

extension Zone {
  /// Frees the allocated block of `order` at `slot`, a multiple of the block's size inside the
  /// zone's pieces.
  ///
  /// O(1). Where there is no such block nothing is changed.
  ///
  /// - Parameter isCached: Whether a frame of a claimed group is at hand in its cache.
  @inline(__always)
  mutating func free(
    _ order: Int, at slot: Int, isCached: (Int) -> Bool
  ) throws(FreeError) {
    let chunk = slot >> Chunk.shift
    if order > Chunk.shift {
      try freeChunks(order, from: chunk)
    } else {
      guard isDivided(chunk) else { throw fault(freeing: order, at: slot) }
      switch chunks[chunk].free(order, at: slot & 4095) {
      case .freed: raise(chunk)
      case .claimed:
        guard !isCached(slot) else { throw .alreadyFree }
        chunks[chunk].freeClaimed(order, at: slot & 4095)
      case .refused: throw fault(freeing: order, at: slot)
      }
    }
    freeFrames &+= 1 &<< UInt64(truncatingIfNeeded: order)
    if poisonWindow != nil { poison(slot, order) }
  }

  /// Frees the allocated block of `order`, 12 at most, at `slot`, if its chunk is among the
  /// first divided ones and nothing about it is unusual.
  ///
  /// - Returns: Whether the block was freed; if not, nothing was changed.
  @inline(__always)
  mutating func freeQuickly(_ order: Int, at slot: Int) -> Bool {
    let chunk = slot >> Chunk.shift
    guard chunk < dividedPrefix, chunks[chunk].free(order, at: slot & 4095) == .freed else {
      return false
    }
    raise(chunk)
    freeFrames &+= 1 &<< UInt64(truncatingIfNeeded: order)
    return true
  }

  /// The same for one frame.
  @inline(__always)
  mutating func freeFrameQuickly(at slot: Int) -> Bool {
    let chunk = slot >> Chunk.shift
    guard chunk < dividedPrefix else { return false }
    let (isFreed, changesLevel) = chunks[chunk].freeFrame(at: slot & 4095)
    guard isFreed else { return false }
    freeFrames &+= 1
    if changesLevel { refreshLevel(ofGroup: slot >> Chunk.groupShift) }
    return true
  }

  /// Puts right the levels of a group and its chunk after a frame of the group was freed.
  @inline(never)
  private mutating func refreshLevel(ofGroup group: Int) {
    chunks[group >> 6].refreshLevel(ofGroup: group & 63)
    raise(group >> 6)
  }

  /// Frees a block larger than a chunk.
  private mutating func freeChunks(_ order: Int, from chunk: Int) throws(FreeError) {
    let unit = chunk & 63
    guard spans[chunk >> 6].chunks.isBlock(order - Chunk.shift, at: unit) else {
      throw fault(freeing: order, at: chunk << Chunk.shift)
    }
    spans[chunk >> 6].chunks.release(order - Chunk.shift, at: unit)
    firstOpenSpan = min(firstOpenSpan, chunk >> 6)
  }

  /// Fills a freed block with poison.
  @inline(never)
  private mutating func poison(_ slot: Int, _ order: Int) {
    guard let poisonWindow else { return }
    Poison.fill(
      firstFrame(ofBlockAt: slot, order), count: 1 << UInt64(order), through: poisonWindow)
  }

  /// Whether the chunk's record means something.
  @inline(__always)
  func isDivided(_ chunk: Int) -> Bool {
    spans[chunk >> 6].divided &>> UInt64(truncatingIfNeeded: chunk & 63) & 1 != 0
  }

  /// Why a block can't be freed. O(1).
  @inline(never)
  mutating func fault(freeing order: Int, at slot: Int) -> FreeError {
    switch state(of: slot) {
    case .free: .alreadyFree
    case .reserved: .reserved
    case .inside: .notStartOfBlock
    case .head(let actual): .wrongOrder(actual: actual)
    }
  }
}
