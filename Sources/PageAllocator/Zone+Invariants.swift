import Addressing

extension Zone {
  /// Whether a group is one that a processor's cache has.
  func isClaimed(_ group: Int) -> Bool {
    isDivided(group >> 6) && chunks[group >> 6].isClaimed(group & 63)
  }

  /// The frames of a closed group that are allocated as blocks of order 0.
  func singleFrames(ofGroup group: Int) -> UInt64 {
    let word = chunks[group >> 6].frames[group & 63]
    return word.head & ~word.free & ((word.free | word.head) >> 1 | 1 << 63)
  }

  /// The number of groups that processors' caches have.
  var claimedGroups: Int {
    var count = 0
    for chunk in 0..<chunks.count where isDivided(chunk) {
      count += chunks[chunk].claimed.nonzeroBitCount
    }
    return count
  }

  /// What is wrong with the zone's records. O(frames).
  var brokenInvariant: StaticString? {
    var counts = Counts()
    for span in 0..<spans.count {
      if let broken = brokenInvariant(ofSpan: span, &counts) { return broken }
    }
    for chunk in 0..<dividedPrefix where !isDivided(chunk) {
      return "a chunk of the prefix is not divided"
    }
    for order in 0...Chunk.shift {
      guard spanCounts[order] == counts.spans[order],
        (orders >> UInt64(order) & 1 != 0) == (spanCounts[order] != 0)
      else { return "the spans of an order are not counted right" }
    }
    guard counts.free == freeFrames else { return "the count of free frames is wrong" }
    guard freeFrames + shelf.frames <= managedFrames else {
      return "more frames are free than were released"
    }
    return brokenRun ?? brokenShelf(counts.marked)
  }

  /// What the records say, to be compared with what is counted elsewhere.
  private struct Counts {
    /// The free frames.
    var free: UInt64 = 0
    /// For each order, the spans with chunks that may have a free block of it.
    var spans = InlineArray<16, Int>(repeating: 0)
    /// The marked blocks, without those of order 0, which look as reserved frames do.
    var marked = 0
  }

  private func brokenInvariant(ofSpan span: Int, _ counts: inout Counts) -> StaticString? {
    let word = spans[span].chunks
    if let broken = word.brokenInvariant { return broken }
    guard spans[span].divided & ~word.closed == 0 else { return "a divided chunk is not closed" }
    guard word.available == 0 || span >= firstOpenSpan else { return "a free chunk can't be found" }
    counts.free += UInt64(word.available.nonzeroBitCount) << UInt64(Chunk.shift)
    for order in 0...Chunk.shift where spans[span].orders >> UInt64(order) & 1 != 0 {
      counts.spans[order] += 1
      guard firstSpans[order] <= span else {
        return "a span with free blocks of an order can't be found"
      }
      guard spans[span].holding[order] & ~spans[span].divided == 0 else {
        return "a chunk that is not divided is in a set"
      }
    }
    for chunk in span << 6..<(span + 1) << 6 where chunk < chunks.count && isDivided(chunk) {
      if let broken = brokenInvariant(ofChunk: chunk, &counts) { return broken }
    }
    return nil
  }

  private func brokenInvariant(ofChunk chunk: Int, _ counts: inout Counts) -> StaticString? {
    let record = chunks[chunk]
    if let broken = record.groups.brokenInvariant { return broken }
    guard record.groups.available != .max else { return "a free chunk was not merged" }
    guard record.firstFrame == firstFrame(ofChunk: chunk) else {
      return "a chunk has another's frames"
    }
    guard Int(record.index) == chunk else { return "a chunk has another's place" }
    let span = spans[chunk >> 6]
    for order in 0...Chunk.shift {
      let isKnown =
        span.orders >> UInt64(order) & 1 != 0
        && span.holding[order] >> UInt64(chunk & 63) & 1 != 0
      guard isKnown == (record.orders >> UInt64(order) & 1 != 0) else {
        return "a chunk and its span disagree on what it may hold"
      }
    }
    guard record.divided | record.claimed == record.divided ^ record.claimed else {
      return "a group is divided and claimed"
    }
    guard (record.divided | record.claimed) & ~record.groups.closed == 0 else {
      return "a divided group is not closed"
    }
    guard (record.groups.orders << UInt64(Chunk.groupShift)) & ~record.orders == 0 else {
      return "a chunk has free groups that can't be found"
    }
    // Closed and neither: a block on the shelf.
    counts.marked +=
      (record.groups.closed & ~record.divided & ~record.claimed).nonzeroBitCount
    counts.free += UInt64(record.groups.available.nonzeroBitCount) << UInt64(Chunk.groupShift)
    for group in 0..<64 where record.isDivided(group) || record.isClaimed(group) {
      if let broken = Self.brokenInvariant(ofGroup: group, in: record, &counts) { return broken }
    }
    return nil
  }

  private static func brokenInvariant(
    ofGroup group: Int, in record: Chunk, _ counts: inout Counts
  ) -> StaticString? {
    let word = record.frames[group]
    if let broken = word.brokenInvariant { return broken }
    counts.free += UInt64(word.available.nonzeroBitCount)
    for unit in 0..<64 where word.isClosed(unit) && word.length(ofBlockAt: unit) > 1 {
      counts.marked += 1
    }
    if record.isClaimed(group) { return nil }
    guard word.available != .max else { return "a free group was not merged" }
    for order in 0..<Chunk.groupShift where word.orders >> UInt64(order) & 1 != 0 {
      guard record.holding[order] >> UInt64(group) & 1 != 0,
        record.orders >> UInt64(order) & 1 != 0
      else { return "a group has free blocks that can't be found" }
    }
    return nil
  }

  /// What is wrong with the run of chunks that frees begin with.
  private var brokenRun: StaticString? {
    guard run.chunks.count > 0 else { return nil }
    // By its number: several chunks of a zone may begin with the same frame, where pieces of other
    // nodes lie between.
    let first = Int(run.chunks[0].index)
    for index in 0..<run.chunks.count {
      guard first + index < chunks.count, isDivided(first + index),
        run.chunks[index].index == UInt32(first + index)
      else { return "a chunk of the run is not divided" }
    }
    return firstFrame(ofChunk: first) == run.firstFrame ? nil : "the run has another's frames"
  }

  /// What is wrong with the shelf; `marked` blocks of order 1 and up are marked.
  private func brokenShelf(_ marked: Int) -> StaticString? {
    var large = 0
    for order in 0..<Shelf.orders {
      guard let block = shelf.block(order: order) else { continue }
      guard isMarked(block, order) else { return "a block on the shelf is not marked as one" }
      if order > 0 { large += 1 }
    }
    return large == marked ? nil : "a marked block is not on the shelf"
  }

  /// Whether a block has the marks of one of that order on the shelf.
  private func isMarked(_ block: ShelvedBlock, _ order: Int) -> Bool {
    let record = block.chunk.object
    let (group, unit) = Chunk.place(of: block.frame)
    guard block.frame >> UInt64(Chunk.shift) == UInt64(record.number),
      record.groups.isClosed(group)
    else { return false }
    if order < Chunk.groupShift {
      return record.isDivided(group) != record.isClaimed(group)
        && record.frames[group].isClosed(unit & 63)
        && record.frames[group].length(ofBlockAt: unit & 63) == 1 << order
    }
    return !record.isDivided(group) && !record.isClaimed(group) && unit & 63 == 0
      && record.groups.length(ofBlockAt: group) == 1 << (order - Chunk.groupShift)
  }
}
