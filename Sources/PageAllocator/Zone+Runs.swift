import Addressing

/// Runs of frames that need not be blocks.
extension Zone {
  /// The blocks that a run is made of, by slot.
  ///
  /// Slots and frames are equal modulo the largest block's size, so that a block of slots is a
  /// block of frames.
  func blocks(of slots: Range<Int>) -> BlocksOfRun {
    BlocksOfRun(
      from: UInt64(slots.lowerBound), to: UInt64(slots.upperBound),
      maximumOrder: max(maximumOrder, Chunk.shift))
  }

  /// The first slot of a run that is not free; `nil` where all are. The shelf must be
  /// empty. O(n) in frames.
  func firstUsed(in slots: Range<Int>) -> Int? {
    var blocks = blocks(of: slots)
    while let block = blocks.next() {
      let first = Int(block.first)
      if isFree(block.order, at: first) { continue }
      for slot in first..<first + 1 << block.order where !isFree(0, at: slot) { return slot }
    }
    return nil
  }

  /// Allocates all of a run, which is free.
  mutating func take(_ slots: Range<Int>) {
    var blocks = blocks(of: slots)
    while let block = blocks.next() { take(block.order, at: Int(block.first)) }
  }

  /// Makes the allocated block of `order` at `slot` a run of `count` frames and frees the rest.
  mutating func trim(_ order: Int, at slot: Int, to count: Int) {
    split(order, at: slot)
    take(slot..<slot + count)
    if let poisonWindow {
      let tail = UInt64(1 << order - count)
      Poison.fill(
        firstFrame(ofBlockAt: slot, order) + UInt64(count), count: tail, through: poisonWindow)
    }
  }

  /// Frees the allocated block of `order` at `slot`, past the shelf and without poisoning it.
  private mutating func split(_ order: Int, at slot: Int) {
    let chunk = slot >> Chunk.shift
    if order <= Chunk.shift {
      merge(order, frame(of: slot), in: chunks.reference(to: chunk))
    } else {
      do {
        try freeChunks(order, from: chunk)
      } catch {
        preconditionFailure("a block that was just allocated can't be freed")
      }
    }
  }

  /// Finds and allocates the lowest free run; `nil` where there is none. The shelf must be
  /// empty. O(n) in frames.
  ///
  /// - Parameters:
  ///   - count: The number of frames.
  ///   - alignment: What the first frame's number must be a multiple of.
  ///   - offset: What is added to a frame's number to get its slot.
  ///   - slots: Where to look.
  mutating func takeRun(
    of count: Int, alignment: Int, offset: UInt64, in slots: Range<Int>
  ) -> Int? {
    let mask = UInt64(alignment - 1)
    func aligned(_ slot: Int) -> Int {
      Int(((UInt64(slot) &- offset) &+ mask) & ~mask &+ offset)
    }
    var first = aligned(slots.lowerBound)
    while first <= slots.upperBound - count {
      guard let used = firstUsed(in: first..<first + count) else {
        take(first..<first + count)
        return first
      }
      first = aligned(firstFree(in: used + 1..<slots.upperBound))
    }
    return nil
  }

  /// The first free slot of a run, or its end. Skips chunks and groups that have none.
  private func firstFree(in slots: Range<Int>) -> Int {
    var slot = slots.lowerBound
    while slot < slots.upperBound {
      let chunk = slot >> Chunk.shift
      if spans[chunk >> 6].chunks.isFree(chunk & 63) { return slot }
      if !isDivided(chunk) || chunks[chunk].orders == 0 {
        slot = (chunk + 1) << Chunk.shift
        continue
      }
      let group = slot >> Chunk.groupShift & 63
      if chunks[chunk].groups.isFree(group) { return slot }
      if chunks[chunk].groups.isClosed(group) {
        let left = chunks[chunk].frames[group].available >> UInt64(slot & 63)
        if left != 0 { return min(slot + left.trailingZeroBitCount, slots.upperBound) }
      }
      slot = (slot | 63) + 1
    }
    return slots.upperBound
  }
}
