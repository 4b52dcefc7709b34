import Addressing

/// The outcome of a free.
enum FreeOutcome {
  /// It is free.
  case freed
  /// It is free, and its chunk is to be linked to the highest list.
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
      let isClaimed = chunk.object.levels[group] == Chunk.claimed
      return isClaimed && chunk.object.frames[group].isBlock(order, at: unit)
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
    guard chunk.object.levels[group] <= Chunk.highestGroupLevel,
      let block = chunk.object.frames[group].block(order, at: unit)
    else { return .refused }
    if shelf.put(ShelvedBlock(chunk: chunk, frame: frame), order: order) {
      chunk.object.frames[group].free |= block.first
      return .freed
    }
    freeFrames &+= 1 &<< UInt64(truncatingIfNeeded: order)
    chunk.object.frames[group].release(block)
    return chunk.object.noteFree(inGroup: group) ? .unlisted : .freed
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
  /// - Returns: Whether there was room.
  @inline(__always)
  private mutating func shelveInChunk(
    _ order: Int, _ frame: UInt64, in chunk: PhysicalReference<Chunk>
  ) -> Bool {
    guard shelf.put(ShelvedBlock(chunk: chunk, frame: frame), order: order) else { return false }
    chunk.object.groups.mark(Chunk.place(of: frame).group)
    return true
  }

  /// Merges an allocated block of `order`, 0 to 12, with its buddies.
  mutating func merge(_ order: Int, _ frame: UInt64, in chunk: PhysicalReference<Chunk>) {
    let (group, unit) = Chunk.place(of: frame)
    freeFrames &+= 1 &<< UInt64(truncatingIfNeeded: order)
    if order < Chunk.groupShift {
      chunk.object.frames[group].release(order, at: unit)
      if chunk.object.noteFree(inGroup: group) { relink(Int(chunk.object.index)) }
    } else {
      chunk.object.groups.release(order &- Chunk.groupShift, at: group)
      chunk.object.raiseLevel(freed: order &- Chunk.groupShift, at: group)
      raise(Int(chunk.object.index))
    }
  }
}
