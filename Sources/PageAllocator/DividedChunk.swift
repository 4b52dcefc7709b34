import Addressing

/// The records of a chunk that was divided when somebody looked, and may be no longer.
struct DividedChunk {
  /// The chunk's branch.
  let branch: PhysicalReference<Branch>

  /// The chunk's groups, as units.
  let word: PhysicalReference<SharedBlockWord>

  /// The groups' frames; none for no chunk at all.
  let groups: PhysicalTable<SharedBlockWord>

  /// The index of the chunk's zone.
  let zone: Int

  /// Whether a frame is in the chunk, and the chunk still divided.
  @inline(__always)
  func holds(_ frame: UInt64) -> Bool {
    groups.count != 0 && branch.object.isChunk(frame &>> UInt64(Branch.chunkOrder))
  }

  /// The allocated block of `order`, 0 to 10, at a frame of the chunk; `nil` where there is none.
  @inline(__always)
  func block(_ order: Int, at frame: UInt64) -> CachedBlock? {
    let frameUnit = Int(truncatingIfNeeded: frame)
    let group = frameUnit &>> Branch.groupOrder & 63
    if order < Branch.groupOrder {
      guard branch.object.isDivided(group), groups[group].value.isBlock(order, at: frameUnit)
      else { return nil }
      return CachedBlock(word: groups.reference(to: group), frame: frame)
    }
    guard frameUnit & 63 == 0,
      word.object.value.isBlock(order &- Branch.groupOrder, at: group)
    else { return nil }
    return CachedBlock(word: word, frame: frame)
  }
}

extension Zone {
  /// The records of the chunk with a slot in it; `nil` where it is not divided.
  @inline(__always)
  func dividedChunk(with slot: Int, zone: Int) -> DividedChunk? {
    let chunk = slot &>> Branch.chunkOrder
    guard isDefined(1, chunk) else { return nil }
    return DividedChunk(
      branch: branches(at: 1).reference(to: chunk), word: words[1].reference(to: chunk),
      groups: words[0].part(chunk &<< 6..<(chunk &+ 1) &<< 6), zone: zone)
  }

  /// Records that no frame is in, of a zone that has memory.
  var noChunk: DividedChunk {
    DividedChunk(
      branch: branches(at: 1).reference(to: 0), word: words[1].reference(to: 0),
      groups: words[0].part(0..<0), zone: 0)
  }
}
