import Addressing

extension Zone {
  /// Allocates a block and returns its first frame; `nil` where no free block holds `order`.
  ///
  /// O(1): the same few steps for one frame and for order 12; above that, O(spans).
  @inline(__always)
  mutating func allocate(_ order: Int) -> UInt64? {
    if let frame = takeFromShelf(order) { return frame }
    if order > Chunk.shift { return allocateChunks(order) }
    guard let chunk = chunk(holding: order) else { return nil }
    freeFrames &-= 1 &<< UInt64(truncatingIfNeeded: order)
    let offset = chunks[chunk].allocate(order)
    return chunks[chunk].firstFrame &+ UInt64(truncatingIfNeeded: offset)
  }

  /// Allocates one frame where single frames lie about; `nil` where a group with larger blocks
  /// would have to be touched, which is better taken whole (`claimGroup`).
  mutating func allocateLooseFrame() -> UInt64? {
    if let frame = takeFromShelf(0) { return frame }
    guard let chunk = chunk(holding: 0) else { return nil }
    let offset = chunks[chunk].allocateLooseFrame()
    guard offset >= 0 else { return nil }
    freeFrames &-= 1
    return chunks[chunk].firstFrame &+ UInt64(truncatingIfNeeded: offset)
  }

  /// Allocates a block larger than a chunk. O(spans).
  private mutating func allocateChunks(_ order: Int) -> UInt64? {
    let order = order - Chunk.shift
    repeat {
      mergeFreeChunks()
      for span in firstOpenSpan..<max(spans.count, firstOpenSpan)
      where spans[span].chunks.hasBlock(holding: order) {
        let found = spans[span].chunks.smallestBlock(holding: order)
        spans[span].chunks.allocate(order, at: found.unit)
        freeFrames -= 1 << UInt64(order + Chunk.shift)
        return firstFrame(ofChunk: span << 6 | found.unit)
      }
    } while clearShelf()
    return nil
  }

  /// Takes every free frame of one group, as blocks of order 0.
  ///
  /// - Returns: The group's number in the zone and its first frame, and the set of the frames
  ///   taken; `nil` where nothing is free.
  mutating func claimGroup() -> (group: Int, firstFrame: UInt64, units: UInt64)? {
    guard let chunk = chunk(holding: 0) else { return nil }
    let (group, units) = chunks[chunk].claimGroup()
    freeFrames &-= UInt64(truncatingIfNeeded: units.nonzeroBitCount)
    return (
      chunk << 6 | group,
      chunks[chunk].firstFrame &+ UInt64(truncatingIfNeeded: group << Chunk.groupShift), units
    )
  }

  /// Gives a claimed group back, with the frames of it that are still free.
  mutating func unclaim(_ group: Int, units: UInt64) {
    freeFrames &+= UInt64(truncatingIfNeeded: units.nonzeroBitCount)
    chunks[group >> 6].unclaim(group & 63, units: units)
    raise(group >> 6)
  }
}
