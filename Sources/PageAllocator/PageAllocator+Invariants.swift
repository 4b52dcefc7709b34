import Addressing
import Synchronization
import Zones

extension PageAllocator {
  /// The first invariant that doesn't hold, in words; `nil` where all do. Changes nothing. O(frames).
  ///
  /// No other processor may be using the allocator at the time.
  public var brokenInvariant: StaticString? {
    for zone in 0..<zones.count {
      if let broken = withZone(zone, { brokenClaims(on: $0, zone) ?? $0.brokenInvariant }) {
        return broken
      }
    }
    return nil
  }

  /// What is wrong with the groups of a zone that processors' caches have.
  private func brokenClaims(on zone: borrowing Zone, _ number: Int) -> StaticString? {
    var claims = 0
    for processor in 0..<caches.count {
      let claim = caches[processor].claim.load(ordering: .relaxed)
      guard claim != ProcessorCache.noClaim, ProcessorCache.zone(of: claim) == number else {
        continue
      }
      claims += 1
      let group = ProcessorCache.group(of: claim)
      let atHand = caches[processor].units.load(ordering: .relaxed)
      let claimed = caches[processor].claimed.load(ordering: .relaxed)
      guard zone.isClaimed(group) else { return "a cache has a group that is not claimed" }
      guard caches[processor].firstFrame == zone.frame(of: group << Chunk.groupShift) else {
        return "a cache has another group's frames"
      }
      guard poisonsFreeFrames || atHand & ~claimed == 0 else {
        return "a frame at hand was never taken"
      }
      guard zone.singleFrames(ofGroup: group) & (atHand | claimed) == atHand | claimed else {
        return "a frame of a cache is not allocated as one"
      }
    }
    return claims == zone.claimedGroups ? nil : "a claimed group is in no cache, or in two"
  }
}
