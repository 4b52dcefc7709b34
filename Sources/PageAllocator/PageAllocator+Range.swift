public import Addressing
public import Zones

/// Numbers of frames that are no power of two, and frames at places that the caller names.
extension PageAllocator {
  /// Allocates exactly `count` neighbouring frames.
  ///
  /// A block of the next power of two is allocated and the tail given back, so that the run is
  /// aligned to that power of two (Linux: `alloc_pages_exact`). Runs above the maximum order
  /// are looked for frame by frame, from the bottom of each zone.
  ///
  /// - Parameters:
  ///   - count: The number of frames.
  ///   - alignment: The number of frames, a power of two, of which the first must be a multiple.
  ///   - request: Where they may be; its order does not count.
  /// - Returns: The frames, to be freed by `free(_:)` with the same range.
  @_optimize(size)
  public func allocate(
    count: UInt64, alignment: UInt64 = 1, _ request: FrameRequest = FrameRequest()
  ) throws(AllocationError) -> Range<PageFrameNumber> {
    precondition(alignment.nonzeroBitCount == 1, "an alignment is a power of two")
    guard count > 0, count <= 1 << 52, alignment <= 1 << 52 else { throw .tooLarge }
    let order = 64 - (max(count, alignment) - 1).leadingZeroBitCount
    guard order <= layout.maximumOrder else {
      let frames = try allocate(
        count: count, alignment: alignment, below: .max, upTo: request.highestZone)
      if request.isZeroed { window.fill(bytes(of: frames)) }
      return frames
    }
    var block = request
    block.order = order
    let first = try allocate(block)
    let frames = first..<first + count
    if count != 1 << UInt64(order), let piece = piece(of: first.value) {
      let offset = pieces[piece].offset
      withZone(Int(pieces[piece].zone)) { zone in
        zone.trim(order, at: Int(first.value &+ offset), to: Int(count))
      }
    }
    return frames
  }

  /// Allocates the frames of a range, all of which must be free and in one zone.
  ///
  /// Linux: `alloc_contig_range`, without its moving of what is in the way. O(n) in frames.
  public func allocate(_ frames: Range<PageFrameNumber>) throws(AllocationError) {
    guard !isTornDown else { throw .tornDown }
    guard let place = place(of: frames) else {
      if frames.isEmpty { throw .tooLarge }
      throw .outsideZone(firstOutside(frames))
    }
    drainCaches()
    let used = withZone(place.zone) { zone -> Int? in
      zone.clearShelf()
      if let used = zone.firstUsed(in: place.slots) { return used }
      zone.take(place.slots)
      return nil
    }
    if let used {
      throw .notFree(frames.lowerBound + UInt64(used - place.slots.lowerBound))
    }
  }

  /// Allocates `count` neighbouring frames that end at or below an address.
  ///
  /// The highest zone that reaches below the limit is searched first, each from its bottom up.
  /// O(n) in the frames searched.
  ///
  /// - Parameters:
  ///   - count: The number of frames.
  ///   - alignment: The number of frames, a power of two, of which the first must be a multiple.
  ///   - limit: The address, in bytes, that the frames must not pass.
  ///   - highestZone: The zone of the most sought-after frames that will do.
  /// - Returns: The frames, to be freed by `free(_:)` with the same range.
  @_optimize(size)
  public func allocate(
    count: UInt64, alignment: UInt64 = 1, below limit: PhysicalAddress,
    upTo highestZone: ZoneKind = .normal
  ) throws(AllocationError) -> Range<PageFrameNumber> {
    precondition(alignment.nonzeroBitCount == 1, "an alignment is a power of two")
    guard !isTornDown else { throw .tornDown }
    guard count > 0, count <= 1 << 52, alignment <= 1 << 52 else { throw .tooLarge }
    drainCaches()
    let limit = PageFrameNumber(containing: limit).value
    for kind in (0...highestZone.rawValue).reversed() {
      for piece in 0..<layout.pieceCount {
        let part = pieces[piece]
        guard Int(part.zone) % ZoneKind.count == kind else { continue }
        let end = min(part.end, limit)
        guard part.start < end, end - part.start >= count else { continue }
        let slot = withZone(Int(part.zone)) { zone in
          zone.clearShelf()
          return zone.takeRun(
            of: Int(count), alignment: Int(alignment), offset: part.offset,
            in: Int(part.start &+ part.offset)..<Int(end &+ part.offset))
        }
        if let slot {
          let first = PageFrameNumber(UInt64(slot) &- part.offset)
          return first..<first + count
        }
      }
    }
    throw .outOfMemory
  }

  /// Frees a range that was allocated as one.
  ///
  /// Every block of it is checked first: where one was not allocated like this nothing changes.
  public func free(_ frames: Range<PageFrameNumber>) throws(FreeError) {
    guard !isTornDown else { throw .tornDown }
    guard let place = place(of: frames) else {
      throw frames.isEmpty || piece(of: frames.lowerBound.value) == nil
        ? .notMemory : .straddlesZones
    }
    try withZone(place.zone) { zone throws(FreeError) in
      var blocks = zone.blocks(of: place.slots)
      while let block = blocks.next() {
        let slot = Int(block.first)
        // To the zone a frame at hand in a cache is an allocated one.
        if isCached(slot, ofZone: place.zone) { throw .alreadyFree }
        let state = zone.state(of: slot)
        if state != .head(order: block.order) { throw zone.fault(freeing: block.order, at: slot) }
      }
      blocks = zone.blocks(of: place.slots)
      while let block = blocks.next() {
        let slot = Int(block.first)
        if block.order == 0, let owner = owner(of: slot, ofZone: place.zone) {
          let frame = frames.lowerBound.value + UInt64(slot - place.slots.lowerBound)
          owner.object.forget(frame)
        }
        _ = try zone.free(block.order, at: slot) { _ in false }
      }
    }
  }

  /// The zone and slots of a range that lies in one piece.
  private func place(of frames: Range<PageFrameNumber>) -> (zone: Int, slots: Range<Int>)? {
    guard !frames.isEmpty, let piece = piece(of: frames.lowerBound.value) else { return nil }
    let part = pieces[piece]
    guard frames.upperBound.value <= part.end else { return nil }
    let first = Int(frames.lowerBound.value &+ part.offset)
    return (Int(part.zone), first..<first + Int(frames.upperBound - frames.lowerBound))
  }

  private func firstOutside(_ frames: Range<PageFrameNumber>) -> PageFrameNumber {
    guard let piece = piece(of: frames.lowerBound.value) else { return frames.lowerBound }
    return PageFrameNumber(pieces[piece].end)
  }

  private func bytes(of frames: Range<PageFrameNumber>) -> AddressRange {
    AddressRange(from: frames.lowerBound.start, to: frames.upperBound.start)
  }
}
