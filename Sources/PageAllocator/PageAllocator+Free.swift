public import Addressing
import Synchronization

extension PageAllocator {
  /// Frees the block of 2^order frames that was allocated at `frame`.
  ///
  /// Everything is checked first: a block that was not allocated like this is an error, and
  /// nothing changes. O(1).
  public func free(_ frame: PageFrameNumber, order: Int = 0) throws(FreeError) {
    let frame = frame.value
    if state.object.isAlone {
      if order == 0, frame >> 6 == caches[0].firstFrame >> 6, try freeIntoCache(frame) { return }
      try freeIntoZone(frame, order: order)
    } else {
      try withoutInterrupts { () throws(FreeError) in try freeIntoZone(frame, order: order) }
    }
  }

  /// Frees a block with interrupts disabled.
  @inline(__always)
  private func freeIntoZone(_ frame: UInt64, order: Int) throws(FreeError) {
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
    try withZone(zone) { taken throws(FreeError) in
      if taken.levels[slot >> Chunk.groupShift] == Zone.claimed, isCached(slot, ofZone: zone) {
        throw .alreadyFree
      }
      try taken.free(order, at: slot)
    }
  }

  /// Frees one frame into the cache of the only processor there is, if the frame is of the
  /// group that the cache has.
  @inline(__always)
  private func freeIntoCache(_ frame: UInt64) throws(FreeError) -> Bool {
    let claim = caches[0].claim.load(ordering: .relaxed)
    guard claim != ProcessorCache.noClaim else { return false }
    let unit = Int(truncatingIfNeeded: frame & 63)
    let word = zones[ProcessorCache.zone(of: claim)].frames[ProcessorCache.group(of: claim)]
    guard word.isHead(unit), word.length(ofBlockAt: unit) == 1 else { return false }
    let units = caches[0].units.load(ordering: .relaxed)
    let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: unit)
    guard units & bit == 0 else { throw .alreadyFree }
    caches[0].units.store(units | bit, ordering: .relaxed)
    return true
  }
}
