import Addressing
import Zones

extension PageAllocator {
  /// The first invariant that doesn't hold, in words; `nil` where all do. Changes nothing.
  /// O(frames that are divided): for tests and debug builds.
  ///
  /// No other processor may be using the allocator at the time.
  public var brokenInvariant: StaticString? {
    var broken: StaticString?
    var cached: UInt64 = 0
    forEachCache { cache in
      broken = broken ?? cache.brokenInvariant
      cached += cache.frames
    }
    if let broken { return broken }
    for zone in 0..<zones.count {
      var marked: UInt64 = 0
      if let broken = zones[zone].brokenInvariant(marked: &marked) { return broken }
      guard !isTornDown else { continue }
      let reserved = zones[zone].slotCount - zones[zone].managedFrames
      let cached = cachedFrames(ofZone: zone)
      guard marked == reserved + cached else { return "a block is marked and in no cache" }
    }
    return nil
  }

  /// The frames of a zone that are in processors' caches.
  private func cachedFrames(ofZone zone: Int) -> UInt64 {
    var sum: UInt64 = 0
    forEachCache { cache in
      for order in 0..<ProcessorCache.orders where cache.zone(order) == zone {
        sum += UInt64(cache.count(order)) << UInt64(order)
      }
    }
    return sum
  }
}

extension Zone {
  /// The slots that the zone's records have room for; those that are no memory are reserved.
  var slotCount: UInt64 {
    height == 0 ? 0 : 1 << UInt64(Self.unitOrder(at: height + 1))
  }
}
