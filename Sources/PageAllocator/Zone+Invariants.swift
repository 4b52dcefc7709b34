import Addressing

extension Zone {
  /// Whether a group is one that a processor's cache has.
  func isClaimed(_ group: Int) -> Bool {
    isDivided(group >> 6) && chunks[group >> 6].levels[group & 63] == Chunk.claimed
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
      for group in 0..<64 where chunks[chunk].levels[group] == Chunk.claimed { count += 1 }
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
    guard counts.free == freeFrames else { return "the count of free frames is wrong" }
    guard freeFrames + shelf.frames <= managedFrames else {
      return "more frames are free than were released"
    }
    return brokenRun ?? brokenList(counts.listed) ?? brokenShelf(counts.marked)
  }

  /// What the records say, to be compared with what is counted elsewhere.
  private struct Counts {
    /// The free frames.
    var free: UInt64 = 0
    /// The chunks that say that they are in a list.
    var listed = 0
    /// The marked blocks, without those of order 0, which look as reserved frames do.
    var marked = 0
  }

  private func brokenInvariant(ofSpan span: Int, _ counts: inout Counts) -> StaticString? {
    let word = spans[span].chunks
    if let broken = word.brokenInvariant { return broken }
    guard spans[span].divided & ~word.closed == 0 else { return "a divided chunk is not closed" }
    guard word.available == 0 || span >= firstOpenSpan else { return "a free chunk can't be found" }
    counts.free += UInt64(word.available.nonzeroBitCount) << UInt64(Chunk.shift)
    for chunk in span << 6..<(span + 1) << 6 where chunk < chunks.count && isDivided(chunk) {
      if let broken = brokenInvariant(ofChunk: chunk, &counts) { return broken }
    }
    return nil
  }

  private func brokenInvariant(ofChunk chunk: Int, _ counts: inout Counts) -> StaticString? {
    let record = chunks[chunk]
    if let broken = record.groups.brokenInvariant { return broken }
    var refreshed = record
    refreshed.refreshLevel()
    guard record.level == refreshed.level else { return "a chunk's level is wrong" }
    guard record.unsorted == 0 || record.list == Chunk.wholeLevel else {
      return "an unsorted chunk is in too low a list"
    }
    guard record.firstFrame == firstFrame(ofChunk: chunk) else {
      return "a chunk has another's frames"
    }
    guard Int(record.index) == chunk else { return "a chunk has another's place" }
    if record.list != 0 { counts.listed += 1 }
    counts.free += UInt64(record.groups.available.nonzeroBitCount) << UInt64(Chunk.groupShift)
    for group in 0..<64 {
      if let broken = Self.brokenInvariant(ofGroup: group, in: record, &counts) { return broken }
    }
    return nil
  }

  private static func brokenInvariant(
    ofGroup group: Int, in record: Chunk, _ counts: inout Counts
  ) -> StaticString? {
    let level = record.levels[group]
    for other in 1...Chunk.highestGroupLevel {
      guard (record.ready[other] >> UInt64(group) & 1 != 0) == (Int(level) == other) else {
        return "a group is in the wrong set"
      }
    }
    guard record.groups.isClosed(group) else {
      return level == Chunk.open ? nil : "a group that is not closed has a level"
    }
    if level == Chunk.open {
      // Closed and not divided: a block on the shelf.
      counts.marked += 1
      return nil
    }
    let word = record.frames[group]
    if let broken = word.brokenInvariant { return broken }
    counts.free += UInt64(word.available.nonzeroBitCount)
    for unit in 0..<64 where word.isClosed(unit) && word.length(ofBlockAt: unit) > 1 {
      counts.marked += 1
    }
    if level == Chunk.claimed { return nil }
    let actual = word.largestOrder + 1
    if record.unsorted >> UInt64(group) & 1 != 0 {
      return Int(level) <= actual ? nil : "an unsorted group's level is too high"
    }
    guard Int(level) == actual else { return "a group's level is wrong" }
    return word.available == .max ? "a free group was not merged" : nil
  }

  /// What is wrong with the run of chunks that frees begin with.
  private var brokenRun: StaticString? {
    guard run.chunks.count > 0 else { return nil }
    var chunk = 0
    while chunk < chunks.count, firstFrame(ofChunk: chunk) != run.firstFrame { chunk += 1 }
    for index in 0..<run.chunks.count {
      guard chunk + index < chunks.count, isDivided(chunk + index) else {
        return "a chunk of the run is not divided"
      }
      guard run.chunks[index].index == UInt32(chunk + index) else {
        return "a chunk of the run is another"
      }
    }
    return nil
  }

  /// What is wrong with the lists, which have `count` chunks.
  private func brokenList(_ count: Int) -> StaticString? {
    var listed = 0
    for level in 1...Int(Chunk.wholeLevel) {
      var previous = Chunk.none
      var chunk = lists[level]
      guard (chunk != Chunk.none) == (self.listed >> UInt64(level) & 1 != 0) else {
        return "a list is empty and said not to be, or the other way"
      }
      while chunk != Chunk.none {
        guard chunk < chunks.count, isDivided(Int(chunk)) else {
          return "a list has a chunk that is not divided"
        }
        let record = chunks[Int(chunk)]
        guard Int(record.list) == level else { return "a list has a chunk of another list" }
        guard record.level <= record.list else { return "a chunk is in too low a list" }
        guard record.previous == previous else { return "a list's links disagree" }
        previous = chunk
        chunk = record.next
        listed += 1
      }
    }
    return listed == count ? nil : "a list misses a chunk"
  }

  /// What is wrong with the shelf; `marked` blocks of order 1 and up are marked.
  private func brokenShelf(_ marked: Int) -> StaticString? {
    var large = 0
    for order in 0..<Shelf.orders {
      for index in 0..<shelf.count(order: order) {
        let block = shelf.block(index, order: order)
        guard isMarked(block, order) else { return "a block on the shelf is not marked as one" }
        for other in 0..<index where shelf.block(other, order: order).frame == block.frame {
          return "a block is on the shelf twice"
        }
        if order > 0 { large += 1 }
      }
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
      return record.levels[group] != Chunk.open && record.frames[group].isClosed(unit & 63)
        && record.frames[group].length(ofBlockAt: unit & 63) == 1 << order
    }
    return record.levels[group] == Chunk.open && unit & 63 == 0
      && record.groups.length(ofBlockAt: group) == 1 << (order - Chunk.groupShift)
  }
}
