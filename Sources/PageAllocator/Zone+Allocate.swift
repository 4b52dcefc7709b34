import Addressing

extension Zone {
  /// Allocates a block and returns its first frame; `nil` where no free block holds `order`.
  ///
  /// O(1): the same few steps for one frame and for order 12; above that, O(spans).
  @inline(__always)
  mutating func allocate(_ order: Int) -> UInt64? {
    takeFromShelf(order) ?? divide(for: order)
  }

  /// Allocates a block of an order of which there is none on the shelf.
  @inline(__always)
  mutating func divide(for order: Int) -> UInt64? {
    if order > Chunk.shift { return allocateChunks(order) }
    guard let found = block(holding: order) else { return nil }
    return take(order, from: found)
  }

  /// Allocates one frame of a group that is divided already; `nil` where there is none, so that a
  /// free group would have to be, which is better taken whole (`claimGroup`). Nor is any on the shelf.
  mutating func allocateLooseFrame() -> UInt64? {
    guard let found = block(among: 1 &<< UInt64(Chunk.groupShift) &- 1) else { return nil }
    return take(0, from: found)
  }

  /// Allocates a block of `order` from a free one, and returns its first frame.
  @inline(__always)
  private mutating func take(
    _ order: Int, from found: (chunk: Int, place: (group: Int, unit: Int), order: Int)
  ) -> UInt64 {
    freeFrames &-= 1 &<< UInt64(truncatingIfNeeded: order)
    let offset = chunks[found.chunk].allocate(order, from: found.order, at: found.place)
    // What is left of the block.
    let left = ~(~0 &<< UInt64(truncatingIfNeeded: found.order &- order))
    note(left &<< UInt64(truncatingIfNeeded: order), ofChunk: found.chunk)
    noteGroups(ofChunk: found.chunk, from: found.order)
    let frame = chunks[found.chunk].firstFrame &+ UInt64(truncatingIfNeeded: offset)
    shelf.noteAllocation(of: frame, order: order)
    return frame
  }

  /// Notes whether a chunk of which a block of an order was taken has more of free groups.
  @inline(__always)
  private mutating func noteGroups(ofChunk chunk: Int, from order: Int) {
    guard order >= Chunk.groupShift else { return }
    note(chunks[chunk].groups.orders &<< UInt64(Chunk.groupShift), ofChunk: chunk)
  }

  /// Allocates a block larger than a chunk. O(spans).
  private mutating func allocateChunks(_ order: Int) -> UInt64? {
    let order = order - Chunk.shift
    repeat {
      for span in firstOpenSpan..<max(spans.count, firstOpenSpan) {
        guard let found = spans[span].chunks.smallestBlock(holding: order) else { continue }
        spans[span].chunks.allocate(order, at: found.unit)
        freeFrames -= 1 << UInt64(order + Chunk.shift)
        return firstFrame(ofChunk: span << 6 | found.unit)
      }
    } while clearShelf()
    return nil
  }

  /// Takes every free frame of one group, as blocks of order 0: of the group with the smallest
  /// free block.
  ///
  /// - Returns: The group's number in the zone and its first frame, and the set of the frames
  ///   taken; `nil` where nothing is free.
  mutating func claimGroup() -> (group: Int, firstFrame: UInt64, units: UInt64)? {
    guard let found = block(holding: 0) else { return nil }
    let group = found.place.group
    let units = chunks[found.chunk].claim(group, from: found.order)
    freeFrames &-= UInt64(truncatingIfNeeded: units.nonzeroBitCount)
    let left = (~0 &<< UInt64(Chunk.groupShift)) & ~(~0 &<< UInt64(found.order))
    note(left, ofChunk: found.chunk)
    noteGroups(ofChunk: found.chunk, from: found.order)
    return (
      found.chunk << 6 | group,
      chunks[found.chunk].firstFrame &+ UInt64(truncatingIfNeeded: group << Chunk.groupShift), units
    )
  }

  /// Gives a claimed group back, with the frames of it that are still free.
  mutating func unclaim(_ group: Int, units: UInt64) {
    freeFrames &+= UInt64(truncatingIfNeeded: units.nonzeroBitCount)
    chunks[group >> 6].unclaim(group & 63, units: units)
    refresh(group & 63, ofChunk: group >> 6)
  }
}
