import Addressing

extension Zone {
  /// Frees the allocated block of `order` at `slot`, a multiple of the block's size inside the
  /// zone's pieces.
  ///
  /// O(1). Where there is no such block nothing is changed.
  ///
  /// - Parameters:
  ///   - order: The base-2 logarithm of the number of frames.
  ///   - slot: The block's first slot.
  ///   - isClaimed: Whether a frame of a claimed group was taken by the processor's cache that has
  ///     the group.
  /// - Returns: Whether the block was freed; if not it must go back to that cache.
  mutating func free(
    _ order: Int, at slot: Int, isClaimed: (Int) -> Bool
  ) throws(FreeError) -> Bool {
    let chunk = slot >> Chunk.shift
    if order > Chunk.shift {
      try freeChunks(order, from: chunk)
    } else {
      guard isDivided(chunk) else { throw fault(freeing: order, at: slot) }
      let record = chunks.reference(to: chunk)
      switch free(order, frame(of: slot), in: record) {
      case .freed: break
      case .unlisted: noteFree(at: UInt64(slot), inChunk: chunk)
      case .claimed:
        if isClaimed(slot) { return false }
        merge(order, frame(of: slot), in: record)
      case .refused: throw fault(freeing: order, at: slot)
      }
    }
    if poisonWindow != nil { poison(slot, order) }
    return true
  }

  /// Frees a block larger than a chunk.
  mutating func freeChunks(_ order: Int, from chunk: Int) throws(FreeError) {
    let unit = chunk & 63
    guard spans[chunk >> 6].chunks.isBlock(order - Chunk.shift, at: unit) else {
      throw fault(freeing: order, at: chunk << Chunk.shift)
    }
    spans[chunk >> 6].chunks.release(order - Chunk.shift, at: unit)
    firstOpenSpan = min(firstOpenSpan, chunk >> 6)
    freeFrames &+= 1 &<< UInt64(truncatingIfNeeded: order)
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
