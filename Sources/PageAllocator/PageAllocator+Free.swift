public import Addressing
import Synchronization
import Zones

extension PageAllocator {
  /// Frees the block of 2^order frames that was allocated at `frame`.
  ///
  /// Everything is checked first: a block that was not allocated like this is an error, and
  /// nothing changes. O(1).
  @inlinable
  public func free(_ frame: PageFrameNumber, order: Int = 0) throws(FreeError) {
    // The short ways don't throw: a call that may can't be a function's last jump, and these
    // ways are so short that the difference shows.
    if freeQuickly(frame.value, order) { return }
    try freeSlowly(frame.value, order)
  }

  /// Frees a block, if it came from the cache or one of the short ways is open.
  ///
  /// - Returns: Whether the block was freed; if not, nothing was changed.
  @usableFromInline
  func freeQuickly(_ frame: UInt64, _ order: Int) -> Bool {
    if state.object.loneCache.object.push(frame, order: order) { return true }
    return freeIntoRun(frame, order)
  }

  /// Frees a block of the run of chunks that the last one was freed to.
  @inline(__always)
  private func freeIntoRun(_ frame: UInt64, _ order: Int) -> Bool {
    let zone = state.object.freedZone
    guard let chunk = zone.object.run.chunk(of: frame) else { return false }
    switch zone.object.freeQuickly(order, frame, in: chunk) {
    case .freed: return true
    case .unlisted: return Self.relink(chunk, in: zone)
    default: return false
    }
  }

  /// Moves a chunk to the highest list. Apart, because it is seldom needed; true, so that it can
  /// end a free.
  @inline(never)
  private static func relink(
    _ chunk: PhysicalReference<Chunk>, in zone: PhysicalReference<Zone>
  ) -> Bool {
    zone.object.relink(Int(chunk.object.index))
    return true
  }

  /// Frees a block where the short ways are closed, or tells why it can't be freed.
  @inline(never)
  @usableFromInline
  func freeSlowly(_ frame: UInt64, _ order: Int) throws(FreeError) {
    try withoutInterrupts { () throws(FreeError) in try freeIntoZone(frame, order) }
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
      state.object.freedZone = zones.reference(to: zone)
      zones[zone].findRun(at: slot, of: pieces[piece])
    }
    try withZone(zone) { taken throws(FreeError) in
      try taken.free(order, at: slot) { isCached($0, ofZone: zone) }
    }
  }
}
