import Addressing
import Synchronization
import Zones

extension PageAllocator {
  /// Overwrites what the records hold and nothing will ever read, so that two allocators that do
  /// the same from here on have the same records. For tests that visit every state. O(chunks).
  ///
  /// No other processor may be using the allocator at the time.
  package func clearUnused() {
    for processor in 0..<caches.count {
      guard caches[processor].claim.load(ordering: .relaxed) == ProcessorCache.noClaim else {
        continue
      }
      caches[processor].firstFrame = .max
      caches[processor].place = .max
    }
    for zone in 0..<zones.count { zones[zone].clearUnused() }
  }
}

extension Zone {
  fileprivate mutating func clearUnused() {
    shelf.clearUnused()
    for chunk in 0..<chunks.count {
      guard isDivided(chunk) else {
        chunks[chunk].makeReserved(firstFrame: 0, index: 0)
        continue
      }
      chunks[chunk].clearUnused()
    }
  }
}

extension Chunk {
  fileprivate mutating func clearUnused() {
    ready[0] = 0
    ready[7] = 0
    if list == 0 {
      previous = Self.none
      next = Self.none
    }
    for group in 0..<64 where levels[group] == Self.open { frames[group] = .allClosed }
  }
}

extension Shelf {
  fileprivate func clearUnused() {
    for order in 0..<Self.orders { clearUnused(order: order) }
  }
}
