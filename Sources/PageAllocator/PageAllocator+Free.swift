public import Addressing
import Synchronization

extension PageAllocator {
  /// Frees the block of 2^order frames that was allocated at `frame`.
  ///
  /// Everything is checked first: a block that was not allocated like this is an error, and
  /// nothing changes. O(1).
  public func free(_ frame: PageFrameNumber, order: Int = 0) throws(FreeError) {
    if order == 0, freeIntoCache(frame.value) { return }
    try freeElsewhere(frame.value, order)
  }

  /// Frees one frame into the cache of the only processor there is, if it came from there.
  ///
  /// - Returns: Whether the frame was freed. If not, nothing was changed; it may yet be that it
  ///   can't be freed.
  @inline(__always)
  private func freeIntoCache(_ frame: UInt64) -> Bool {
    let unit = frame ^ caches[0].firstFrame
    guard unit < 64, caches[0].claimed &>> unit & 1 != 0 else { return false }
    let bit: UInt64 = 1 &<< unit
    let units = caches[0].units.load(ordering: .relaxed)
    guard units & bit == 0 else { return false }
    caches[0].units.store(units | bit, ordering: .relaxed)
    return true
  }

  /// Frees a block that is not of the cache.
  @inline(never)
  private func freeElsewhere(_ frame: UInt64, _ order: Int) throws(FreeError) {
    if order == 0, frame &- state.object.recentPiece.start < state.object.recentPiece.count {
      let slot = Int(truncatingIfNeeded: frame &+ state.object.recentPiece.offset)
      if state.object.recentPiece.zone.object.freeFrameQuickly(at: slot) { return }
    }
    try freeBlock(frame, order)
  }

  /// Frees a block, if it lies in the piece that frames were last freed to and nothing about it
  /// is unusual.
  @inline(__always)
  private func freeIntoRecentPiece(_ frame: UInt64, _ order: Int) -> Bool {
    let place = frame &- state.object.recentPiece.start
    guard place < state.object.recentPiece.count else { return false }
    let slot = Int(truncatingIfNeeded: frame &+ state.object.recentPiece.offset)
    return state.object.recentPiece.zone.object.freeQuickly(order, at: slot)
  }

  /// Frees a block where the short way is closed.
  @inline(never)
  private func freeBlock(_ frame: UInt64, _ order: Int) throws(FreeError) {
    if state.object.isAlone {
      if UInt(bitPattern: order) <= UInt(Chunk.shift),
        frame & ((1 &<< UInt64(truncatingIfNeeded: order)) &- 1) == 0,
        freeIntoRecentPiece(frame, order)
      {
        return
      }
      try freeIntoZone(frame, order)
    } else {
      try withoutInterrupts { () throws(FreeError) in try freeIntoZone(frame, order) }
    }
  }

  /// Frees a block with interrupts disabled.
  @inline(__always)
  private func freeIntoZone(_ frame: UInt64, _ order: Int) throws(FreeError) {
    guard UInt(bitPattern: order) <= UInt(bitPattern: state.object.layout.maximumOrder) else {
      throw .tooLarge
    }
    guard let piece = piece(of: frame) else { throw isTornDown ? .tornDown : .notMemory }
    if order != 0 {
      let size: UInt64 = 1 &<< UInt64(truncatingIfNeeded: order)
      guard frame & (size &- 1) == 0 else { throw .misaligned }
      guard size <= pieces[piece].end &- frame else { throw .straddlesZones }
    }
    let slot = Int(truncatingIfNeeded: frame &+ pieces[piece].offset)
    let zone = Int(truncatingIfNeeded: pieces[piece].zone)
    if state.object.isAlone {
      state.object.recentPiece = RecentPiece(
        start: pieces[piece].start, count: pieces[piece].end - pieces[piece].start,
        offset: pieces[piece].offset, zone: zones.reference(to: zone))
    }
    try withZone(zone) { taken throws(FreeError) in
      try taken.free(order, at: slot) { isCached($0, ofZone: zone) }
    }
  }
}
