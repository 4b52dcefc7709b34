import Addressing
import Synchronization

extension PageAllocator {
  /// Checks everything that must hold between the records of all zones, and traps where it
  /// does not. O(frames): for tests.
  public func checkInvariants() {
    for zone in 0..<zones.count { withZone(zone) { $0.checkInvariants() } }
    for processor in 0..<caches.count { checkCache(processor) }
  }

  /// Checks what a processor's cache has against its group's records.
  private func checkCache(_ processor: Int) {
    let claim = caches[processor].claim.load(ordering: .relaxed)
    let units = caches[processor].units.load(ordering: .relaxed)
    let claimed = caches[processor].claimed.load(ordering: .relaxed)
    precondition(poisonsFreeFrames || units & ~claimed == 0, "a frame at hand was never taken")
    guard claim != ProcessorCache.noClaim else {
      return precondition(units | claimed == 0, "a cache without a group has frames")
    }
    withZone(ProcessorCache.zone(of: claim)) { zone in
      let group = ProcessorCache.group(of: claim)
      let record = zone.chunks[group >> 6]
      precondition(record.levels[group & 63] == Chunk.claimed, "a cache's group is another's too")
      precondition(
        caches[processor].firstFrame == zone.frame(of: group << Chunk.groupShift),
        "a cache has another group's frames")
      let word = record.frames[group & 63]
      for unit in 0..<64 where (units | claimed) >> UInt64(unit) & 1 != 0 {
        precondition(word.isBlock(0, at: unit), "a frame of a cache is not allocated by itself")
      }
    }
  }
}

extension Zone {
  /// Checks the zone's records against each other, and traps where they disagree. O(frames).
  mutating func checkInvariants() {
    // What is on the shelf must be allocated blocks, but for the mark.
    forEachShelved { block, order in
      let (group, unit) = Chunk.place(of: block.frame)
      let record = block.chunk.object
      let isMarked =
        order < Chunk.groupShift
        ? record.frames[group].isClosed(unit) : record.groups.isClosed(group)
      precondition(isMarked, "a block on the shelf has no mark")
      precondition(block.frame >> 12 == UInt64(record.number), "a block is in another chunk")
      Self.unmark(block, order)
    }
    forEachShelved { block, order in
      let (group, unit) = Chunk.place(of: block.frame)
      let record = block.chunk.object
      let isBlock =
        order < Chunk.groupShift
        ? record.frames[group].isBlock(order, at: unit)
        : unit & 63 == 0 && record.groups.isBlock(order - Chunk.groupShift, at: group)
      precondition(isBlock, "a block on the shelf is not one of its order")
    }
    checkRecords()
    forEachShelved { block, order in
      let (group, unit) = Chunk.place(of: block.frame)
      if order < Chunk.groupShift {
        block.chunk.object.frames[group].mark(unit)
      } else {
        block.chunk.object.groups.mark(group)
      }
    }
  }

  private func forEachShelved(_ body: (ShelvedBlock, Int) -> Void) {
    for order in 0..<Shelf.orders {
      for index in 0..<shelf.count(order: order) { body(shelf.block(index, order: order), order) }
    }
  }

  /// Checks the records where nothing is marked.
  private func checkRecords() {
    var free: UInt64 = 0
    var listedChunks = 0
    for span in 0..<spans.count {
      let word = spans[span].chunks
      Self.checkBlocks(word)
      precondition(spans[span].divided & ~(word.free & word.head) == 0, "only closed is divided")
      precondition(word.available == 0 || span >= firstOpenSpan, "a free chunk can't be found")
      free += UInt64(word.available.nonzeroBitCount) << UInt64(Chunk.shift)
      for unit in 0..<64 where spans[span].divided >> UInt64(unit) & 1 != 0 {
        free += check(chunk: span << 6 | unit)
        if chunks[span << 6 | unit].list != 0 { listedChunks += 1 }
      }
    }
    precondition(free == freeFrames, "the count of free frames is wrong")
    precondition(checkLists() == listedChunks, "a list misses a chunk")
  }

  /// Checks a divided chunk and returns its free frames.
  private func check(chunk: Int) -> UInt64 {
    let record = chunks[chunk]
    var refreshed = record
    refreshed.refreshLevel()
    Self.checkBlocks(record.groups)
    precondition(record.level == refreshed.level, "a chunk's level is wrong")
    precondition(
      record.unsorted == 0 || record.list == Chunk.wholeLevel, "an unsorted chunk is hidden")
    precondition(
      UInt64(record.number) << UInt64(Chunk.shift) == firstFrame(ofChunk: chunk),
      "a chunk has another's number")
    precondition(Int(record.index) == chunk, "a chunk has another's place")
    var free = UInt64(record.groups.available.nonzeroBitCount) << UInt64(Chunk.groupShift)
    for group in 0..<64 {
      let isClosed = record.groups.isClosed(group)
      let level = record.levels[group]
      for listed in 1...Chunk.highestGroupLevel {
        precondition(
          (record.ready[listed] >> UInt64(group) & 1 != 0) == (Int(level) == listed),
          "a group is in the wrong set")
      }
      precondition(isClosed == (level != Chunk.open), "a group's level says it is not closed")
      guard isClosed else { continue }
      let word = record.frames[group]
      Self.checkBlocks(word)
      free += UInt64(word.available.nonzeroBitCount)
      if level == Chunk.claimed { continue }
      if record.unsorted >> UInt64(group) & 1 != 0 {
        precondition(Int(level) <= word.largestOrder + 1, "an unsorted group's level is too high")
      } else {
        precondition(Int(level) == word.largestOrder + 1, "a group's level is wrong")
        precondition(word.available != .max, "a free group was not merged")
      }
    }
    return free
  }

  /// Checks that every allocated block has a size and a place that a buddy can have.
  private static func checkBlocks(_ word: BlockWord) {
    var unit = 0
    while unit < 64 {
      guard word.isHead(unit) else {
        precondition((word.free | word.head) >> unit & 1 != 0, "a block has no head")
        unit += 1
        continue
      }
      let length = word.length(ofBlockAt: unit)
      precondition(length.nonzeroBitCount == 1, "a block's size is no power of two")
      precondition(unit % length == 0, "a block is not aligned to its size")
      unit += length
    }
  }

  /// Checks the lists' links and returns how many chunks are in them.
  private func checkLists() -> Int {
    var count = 0
    for level in 1...Chunk.shift + 1 {
      var previous = Chunk.none
      var chunk = lists[level]
      precondition((chunk != Chunk.none) == (listed >> UInt64(level) & 1 != 0), "list bit wrong")
      while chunk != Chunk.none {
        let record = chunks[Int(chunk)]
        precondition(isDivided(Int(chunk)), "a list has a chunk that is not divided")
        precondition(Int(record.list) == level, "a list has a chunk of another list")
        precondition(record.level <= record.list, "a chunk is in too low a list")
        precondition(record.previous == previous, "a list's links disagree")
        previous = chunk
        chunk = record.next
        count += 1
      }
    }
    return count
  }
}
