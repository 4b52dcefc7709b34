import Addressing

/// The outcome of a free.
enum FreeOutcome {
  /// It is free.
  case freed
  /// It is free, and what is known of its group is to be put right.
  case unlisted
  /// There is no such allocated block. Nothing was changed.
  case refused
  /// It is one, but in a group that a processor's cache has; the cache must be asked whether
  /// the frame is at hand there. Nothing was changed.
  case claimed
}

/// Blocks up to a chunk's size on their way back: to the shelf, or past it to their buddies.
///
/// They are told by their first frames and the records that these are in; slots and frames are
/// equal modulo a chunk's size.
extension Zone {
  /// Frees the allocated block of `order` in a divided chunk, if nothing about it is unusual;
  /// it is refused if there is. O(1).
  @inline(__always)
  mutating func freeQuickly(
    _ order: Int, _ frame: UInt64, in chunk: PhysicalReference<Chunk>
  ) -> FreeOutcome {
    if UInt(bitPattern: order) < UInt(Chunk.groupShift) {
      return freeInGroup(order, frame, in: chunk)
    }
    guard UInt(bitPattern: order) <= UInt(bitPattern: shelf.maximumOrder),
      Self.isBlock(order, frame, in: chunk)
    else { return .refused }
    return shelveInChunk(order, frame, in: chunk) ? .freed : .refused
  }

  /// Frees the allocated block of `order`, 0 to 12. O(1).
  mutating func free(
    _ order: Int, _ frame: UInt64, in chunk: PhysicalReference<Chunk>
  ) -> FreeOutcome {
    if order < Chunk.groupShift {
      let (group, unit) = Chunk.place(of: frame)
      return chunk.object.isClaimed(group) && chunk.object.frames[group].isBlock(order, at: unit)
        ? .claimed : freeInGroup(order, frame, in: chunk)
    }
    guard Self.isBlock(order, frame, in: chunk) else { return .refused }
    if order > shelf.maximumOrder || !shelveInChunk(order, frame, in: chunk) {
      merge(order, frame, in: chunk)
    }
    return .freed
  }

  /// Frees a block of 2^order frames, 0 to 5.
  @inline(__always)
  private mutating func freeInGroup(
    _ order: Int, _ frame: UInt64, in chunk: PhysicalReference<Chunk>
  ) -> FreeOutcome {
    let (group, unit) = Chunk.place(of: frame)
    guard chunk.object.isDivided(group),
      let block = chunk.object.frames[group].block(order, at: unit)
    else { return .refused }
    var word = chunk.object.frames[group]
    word.release(block)
    let merged = word.mergedOrder(at: unit & 63)
    if shelf.hasRoom(order: order),
      merged == order || shelf.isLastAllocated(frame, order: order)
    {
      shelf.put(ShelvedBlock(chunk: chunk, frame: frame), order: order)
      chunk.object.frames[group].free |= block.first
      return .freed
    }
    freeFrames &+= 1 &<< UInt64(truncatingIfNeeded: order)
    chunk.object.frames[group] = word
    // Of a whole group the bit means nothing.
    chunk.object.holding[merged & 7] |= 1 &<< UInt64(truncatingIfNeeded: group)
    let isKnown = chunk.object.orders &>> UInt64(truncatingIfNeeded: merged) & 1 != 0
    return isKnown && merged < Chunk.groupShift ? .freed : .unlisted
  }

  /// Whether an allocated block of 2^order frames, 6 to 12, starts at a frame.
  @inline(__always)
  private static func isBlock(
    _ order: Int, _ frame: UInt64, in chunk: PhysicalReference<Chunk>
  ) -> Bool {
    let (group, unit) = Chunk.place(of: frame)
    return unit & 63 == 0 && chunk.object.groups.isBlock(order &- Chunk.groupShift, at: group)
  }

  /// Puts a block of 2^order frames, 6 to 11, on the shelf.
  ///
  /// - Returns: Whether there was room; there is none for a block whose buddy is free,
  ///   unless it was allocated last.
  @inline(__always)
  private mutating func shelveInChunk(
    _ order: Int, _ frame: UInt64, in chunk: PhysicalReference<Chunk>
  ) -> Bool {
    guard shelf.hasRoom(order: order), shelf.isLastAllocated(frame, order: order) else {
      return false
    }
    shelf.put(ShelvedBlock(chunk: chunk, frame: frame), order: order)
    chunk.object.groups.mark(Chunk.place(of: frame).group)
    return true
  }

  /// Merges an allocated block of `order`, 0 to 12, with its buddies.
  mutating func merge(_ order: Int, _ frame: UInt64, in chunk: PhysicalReference<Chunk>) {
    let (group, unit) = Chunk.place(of: frame)
    freeFrames &+= 1 &<< UInt64(truncatingIfNeeded: order)
    if order < Chunk.groupShift {
      chunk.object.frames[group].release(order, at: unit)
      refresh(group, ofChunk: Int(chunk.object.index))
    } else {
      chunk.object.groups.release(order &- Chunk.groupShift, at: group)
      refresh(Int(chunk.object.index), around: group)
    }
  }
}
