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

  /// Frees a block, if it came from this processor's cache or lies where the last one was freed to.
  ///
  /// - Returns: Whether the block was freed; if not, nothing was changed.
  @usableFromInline
  func freeQuickly(_ frame: UInt64, _ order: Int) -> Bool {
    guard state.object.isAlone else { return freeLocking(frame, order) }
    let cache = state.object.loneCache
    if cache.object.push(frame, order: order) { return true }
    return Self.freeIntoRun(of: cache.object.freedZone, frame, order)
  }

  /// The same where there is somebody to keep out.
  @inline(never)
  private func freeLocking(_ frame: UInt64, _ order: Int) -> Bool {
    let processor = state.object.currentProcessor()
    let cache = caches.reference(to: processor)
    guard cache.object.lock.tryAcquire() else { return false }
    let isAtHand = cache.object.push(frame, order: order)
    let zone = cache.object.freedZone
    cache.object.lock.release()
    return isAtHand || withLocked(zone) { _ in Self.freeIntoRun(of: zone, frame, order) }
  }

  /// Frees a block of the run of chunks that the last one was freed to.
  ///
  /// - Returns: Whether it is one; if not, nothing was changed.
  @inline(__always)
  private static func freeIntoRun(
    of zone: PhysicalReference<Zone>, _ frame: UInt64, _ order: Int
  ) -> Bool {
    guard let chunk = zone.object.run.chunk(of: frame) else { return false }
    switch zone.object.freeQuickly(order, frame, in: chunk) {
    case .freed: return true
    case .unlisted: return relink(chunk, in: zone)
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

  /// Frees a block wherever it lies, or tells why it can't be freed.
  @inline(never)
  @usableFromInline
  func freeSlowly(_ frame: UInt64, _ order: Int) throws(FreeError) {
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
    if !poisonsFreeFrames, let cache = lockedCache() {
      cache.object.freedZone = zones.reference(to: zone)
      unlock(cache)
    }
    let isFreed = try withZone(zone) { taken throws(FreeError) in
      if !poisonsFreeFrames { taken.findRun(at: slot, of: pieces[piece]) }
      do throws(FreeError) {
        return try taken.free(order, at: slot) { isClaimed($0, ofZone: zone) }
      } catch {
        // To the zone a frame at hand in a cache is an allocated one.
        throw isCached(slot, ofZone: zone) ? .alreadyFree : error
      }
    }
    if !isFreed { try freeIntoOwner(frame, slot: slot, ofZone: zone) }
  }

  /// Frees a frame that was taken by a processor's cache with its group.
  private func freeIntoOwner(_ frame: UInt64, slot: Int, ofZone zone: Int) throws(FreeError) {
    if let owner = lockedOwner(of: slot, ofZone: zone) {
      defer { unlock(owner) }
      guard owner.object.push(frame, order: 0) else { throw .alreadyFree }
      return
    }
    // The group was given up meanwhile, or its cache stays in use: the frame goes past it.
    try withZone(zone) { taken throws(FreeError) in
      if let owner = owner(of: slot, ofZone: zone) {
        if isCached(slot, ofZone: zone) { throw .alreadyFree }
        owner.object.forget(frame)
      }
      _ = try taken.free(0, at: slot) { _ in false }
    }
  }
}
