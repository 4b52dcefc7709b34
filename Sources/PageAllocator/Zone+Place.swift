import Addressing

/// Blocks at places that the caller names.
extension Zone {
  /// Whether the aligned block of `order` at `slot` is free. O(1) up to order 12.
  func isFree(_ order: Int, at slot: Int) -> Bool {
    let chunk = slot >> Chunk.shift
    if order >= Chunk.shift {
      for chunk in chunk..<chunk + 1 << (order - Chunk.shift) {
        if !spans[chunk >> 6].chunks.isFree(chunk & 63) { return false }
      }
      return true
    }
    if spans[chunk >> 6].chunks.isFree(chunk & 63) { return true }
    guard isDivided(chunk) else { return false }
    let groups = chunks[chunk].groups
    let unit = slot >> Chunk.groupShift & 63
    if order >= Chunk.groupShift {
      let units = BlockWord.units(of: order - Chunk.groupShift, at: unit)
      return groups.available & units == units
    }
    if groups.isFree(unit) { return true }
    guard groups.isClosed(unit) else { return false }
    let units = BlockWord.units(of: order, at: slot & 63)
    return chunks[chunk].frames[unit].available & units == units
  }

  /// Allocates the aligned block of `order` at `slot`, which `isFree` has found free.
  mutating func take(_ order: Int, at slot: Int) {
    let chunk = slot >> Chunk.shift
    freeFrames -= 1 << UInt64(order)
    if order > Chunk.shift {
      spans[chunk >> 6].chunks.allocate(order - Chunk.shift, at: chunk & 63)
      return
    }
    if !isDivided(chunk) { divide(chunk) }
    let group = slot >> Chunk.groupShift & 63
    if order >= Chunk.groupShift {
      chunks[chunk].groups.allocate(order - Chunk.groupShift, at: group)
    } else {
      if chunks[chunk].groups.isFree(group) { chunks[chunk].divide(group) }
      chunks[chunk].frames[group].allocate(order, at: slot & 63)
      refresh(group, ofChunk: chunk)
    }
    note(chunks[chunk].groups.orders << UInt64(Chunk.groupShift), ofChunk: chunk)
  }
}

/// The aligned blocks, largest first where their place allows it, that make up a run of
/// frames: how a run that is not one block is allocated, and how it is freed again.
struct BlocksOfRun {
  /// The first frame or slot of what is left.
  private var start: UInt64
  private let end: UInt64
  private let maximumOrder: Int

  /// The blocks of the run from `start` up to and not including `end`.
  init(from start: UInt64, to end: UInt64, maximumOrder: Int) {
    self.start = start
    self.end = end
    self.maximumOrder = maximumOrder
  }

  /// The next block; `nil` after the last.
  mutating func next() -> (first: UInt64, order: Int)? {
    guard start < end else { return nil }
    let fits = 63 - (end - start).leadingZeroBitCount
    let order = min(min(start.trailingZeroBitCount, fits), maximumOrder)
    defer { start += 1 << UInt64(order) }
    return (start, order)
  }
}
