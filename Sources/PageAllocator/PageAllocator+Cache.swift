import Addressing
import Synchronization

/// The processors' caches: whose turn it is, and how they are filled and emptied.
///
/// Interrupts stay enabled while a processor uses its cache. Whatever comes in between, a handler
/// or another thread, finds the lock held and goes to the zone, whose lock nobody holds with
/// interrupts enabled. A cache's lock is taken before a zone's.
extension PageAllocator {
  /// This processor's cache, locked; `nil` where it is in use.
  ///
  /// A thread that moves to another processor meanwhile has the cache of the one that it left,
  /// which is as good.
  @inline(__always)
  func lockedCache() -> PhysicalReference<ProcessorCache>? {
    if state.object.isAlone { return state.object.loneCache }
    let cache = caches.reference(to: state.object.currentProcessor())
    return cache.object.lock.tryAcquire() ? cache : nil
  }

  /// Lets others use a cache again.
  @inline(__always)
  func unlock(_ cache: PhysicalReference<ProcessorCache>) {
    if !state.object.isAlone { cache.object.lock.release() }
  }

  /// Waits for a cache for longer than an owner that runs can take, and locks it.
  ///
  /// - Returns: Whether it was to be had: one that stays in use is that of a handler or a thread
  ///   that waits for this one.
  private func lock(_ cache: PhysicalReference<ProcessorCache>) -> Bool {
    if state.object.isAlone { return true }
    for _ in 0..<100_000 where cache.object.lock.tryAcquire() { return true }
    return false
  }

  /// Allocates one frame of a zone: from this processor's cache if it holds the zone's frames,
  /// else from the zone, refilling the cache where it is empty.
  ///
  /// - Parameters:
  ///   - zone: The zone's index.
  ///   - cache: This processor's cache; `nil` where it is in use.
  ///   - place: The requests for which the zone is the first choice.
  func allocateFrame(
    from zone: Int, _ cache: PhysicalReference<ProcessorCache>?, place: UInt64
  ) -> UInt64? {
    guard let cache else { return withZone(zone) { $0.allocate(0) } }
    let claim = cache.object.claim.load(ordering: .relaxed)
    if claim != ProcessorCache.noClaim {
      if ProcessorCache.zone(of: claim) == zone, let frame = cache.object.pop() { return frame }
      if cache.object.units.load(ordering: .relaxed) != 0 {
        return withZone(zone) { $0.allocate(0) }
      }
    }
    let loose = withZone(zone) { $0.takeFromShelf(0) ?? $0.allocateLooseFrame() }
    if let loose { return loose }
    giveUpClaim(of: cache)
    return refill(cache, from: zone, place: place)
  }

  /// Takes a group of a zone for a cache that has none, and one frame of it.
  private func refill(
    _ cache: PhysicalReference<ProcessorCache>, from zone: Int, place: UInt64
  ) -> UInt64? {
    withZone(zone) { taken -> UInt64? in
      guard let (group, first, units) = taken.claimGroup() else { return nil }
      cache.object.take(
        units, at: first, claim: ProcessorCache.claim(on: group, ofZone: zone),
        for: poisonsFreeFrames ? nil : place)
      return cache.object.pop()
    }
  }

  /// Gives everything in the processors' caches back to the zones, but for caches that stay in use,
  /// and merges all that was freed with its buddies.
  ///
  /// Linux: `drain_all_pages`.
  @_optimize(size)
  public func drainCaches() {
    for processor in 0..<caches.count {
      let cache = caches.reference(to: processor)
      guard lock(cache) else { continue }
      giveUpClaim(of: cache)
      unlock(cache)
    }
    for zone in 0..<zones.count { _ = withZone(zone) { $0.clearShelf() } }
  }

  /// Gives what a cache has back to its zone, with the group.
  private func giveUpClaim(of cache: PhysicalReference<ProcessorCache>) {
    let claim = cache.object.claim.load(ordering: .relaxed)
    guard claim != ProcessorCache.noClaim else { return }
    withZone(ProcessorCache.zone(of: claim)) { zone in
      zone.unclaim(ProcessorCache.group(of: claim), units: cache.object.giveUp())
    }
  }

  /// The cache that has claimed the group with a slot; `nil` where none has. With the lock of the
  /// slot's zone held, or else as a hint.
  func owner(of slot: Int, ofZone zone: Int) -> PhysicalReference<ProcessorCache>? {
    let claim = ProcessorCache.claim(on: slot >> Chunk.groupShift, ofZone: zone)
    for processor in 0..<caches.count
    where caches[processor].claim.load(ordering: .relaxed) == claim {
      return caches.reference(to: processor)
    }
    return nil
  }

  /// Whether a frame of a claimed group is at hand in some processor's cache; the lock of its
  /// zone must be held.
  func isCached(_ slot: Int, ofZone zone: Int) -> Bool {
    guard let owner = owner(of: slot, ofZone: zone) else { return false }
    let units = owner.object.units.load(ordering: .relaxed)
    return units &>> UInt64(truncatingIfNeeded: slot & 63) & 1 != 0
  }

  /// Whether a slot was taken with its group by some processor's cache, so that it goes back there,
  /// or is at hand there, so that it can't; the lock of its zone must be held.
  func isClaimed(_ slot: Int, ofZone zone: Int) -> Bool {
    guard let owner = owner(of: slot, ofZone: zone) else { return false }
    // With poison what is at hand never goes back, and so is not claimed.
    let claimed =
      owner.object.claimed.load(ordering: .relaxed) | owner.object.units.load(ordering: .relaxed)
    return claimed &>> UInt64(truncatingIfNeeded: slot & 63) & 1 != 0
  }

  /// The cache that has claimed the group with a slot, locked; `nil` where none has, or where that
  /// one stays in use.
  func lockedOwner(of slot: Int, ofZone zone: Int) -> PhysicalReference<ProcessorCache>? {
    guard let owner = owner(of: slot, ofZone: zone), lock(owner) else { return nil }
    let claim = ProcessorCache.claim(on: slot >> Chunk.groupShift, ofZone: zone)
    if owner.object.claim.load(ordering: .relaxed) == claim { return owner }
    unlock(owner)
    return nil
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
