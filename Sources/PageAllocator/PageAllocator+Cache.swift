import Addressing
import Synchronization

/// Single frames by way of the processors' caches.
extension PageAllocator {
  /// Allocates one frame of a zone: from this processor's cache if it holds the zone's frames,
  /// else from the zone, refilling the cache where it is empty.
  func allocateFrame(from zone: Int, on processor: Int, place: UInt64) -> UInt64? {
    let claim = caches[processor].claim.load(ordering: .relaxed)
    if claim != ProcessorCache.noClaim {
      if ProcessorCache.zone(of: claim) == zone,
        let frame = caches[processor].pop(isShared: isShared)
      {
        return frame
      }
      if caches[processor].units.load(ordering: .relaxed) != 0 {
        return withZone(zone) { $0.allocate(0) }
      }
    }
    if let frame = withZone(zone, { $0.allocateLooseFrame() }) { return frame }
    drain(processor)
    return refill(processor, from: zone, place: place)
  }

  /// Takes a group of a zone for this processor, which holds none, and one frame of it.
  private func refill(_ processor: Int, from zone: Int, place: UInt64) -> UInt64? {
    withZone(zone) { taken -> UInt64? in
      guard let (group, first, units) = taken.claimGroup() else { return nil }
      let unit = units.trailingZeroBitCount
      caches[processor].firstFrame = first
      caches[processor].claimed = state.object.isAlone ? units : 0
      caches[processor].place = place
      caches[processor].units.store(units & (units &- 1), ordering: .relaxed)
      caches[processor].claim.store(
        ProcessorCache.claim(on: group, ofZone: zone), ordering: .relaxed)
      return first &+ UInt64(truncatingIfNeeded: unit)
    }
  }

  /// Gives everything in the processors' caches back to the zones, and merges all that was
  /// freed with its buddies.
  ///
  /// Linux: `drain_all_pages`.
  public func drainCaches() {
    let interrupts = hooks.disable()
    for processor in 0..<caches.count { drain(processor) }
    for zone in 0..<zones.count { withZone(zone) { $0.settle() } }
    hooks.restore(interrupts)
  }

  /// Gives what a processor's cache has back to its zone, with the group.
  private func drain(_ processor: Int) {
    let claim = caches[processor].claim.load(ordering: .relaxed)
    guard claim != ProcessorCache.noClaim else { return }
    withZone(ProcessorCache.zone(of: claim)) { zone in
      // The owner may have moved on before the lock was ours.
      guard caches[processor].claim.load(ordering: .relaxed) == claim else { return }
      let units = caches[processor].units.exchange(0, ordering: .acquiring)
      caches[processor].claim.store(ProcessorCache.noClaim, ordering: .relaxed)
      // Only the owner looks at this, and only where there is nobody else.
      if !isShared { caches[processor].claimed = 0 }
      zone.unclaim(ProcessorCache.group(of: claim), units: units)
    }
  }

  /// Whether a frame of a claimed group is at hand in some processor's cache; the lock of its
  /// zone must be held.
  func isCached(_ slot: Int, ofZone zone: Int) -> Bool {
    let claim = ProcessorCache.claim(on: slot >> Chunk.groupShift, ofZone: zone)
    for processor in 0..<caches.count
    where caches[processor].claim.load(ordering: .relaxed) == claim {
      let units = caches[processor].units.load(ordering: .relaxed)
      return units &>> UInt64(truncatingIfNeeded: slot & 63) & 1 != 0
    }
    return false
  }

  /// The number of frames in the processors' caches.
  public var cachedFrames: UInt64 {
    var sum: UInt64 = 0
    for processor in 0..<caches.count {
      sum += UInt64(caches[processor].units.load(ordering: .relaxed).nonzeroBitCount)
    }
    return sum
  }
}
