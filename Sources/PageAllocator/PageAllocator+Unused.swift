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
    guard chunks.count > 0 else { return }
    shelf.clearUnused(with: chunks.reference(to: 0))
    for order in spanCounts.indices where spanCounts[order] == 0 { firstSpans[order] = 0 }
    for span in 0..<spans.count { spans[span].clearUnused() }
    for chunk in 0..<chunks.count {
      guard isDivided(chunk) else {
        chunks[chunk].makeReserved(firstFrame: 0, index: 0)
        continue
      }
      chunks[chunk].clearUnused()
    }
  }
}

extension ChunkSpan {
  fileprivate mutating func clearUnused() {
    for order in holding.indices where orders >> UInt64(order) & 1 == 0 { holding[order] = 0 }
  }
}

extension Chunk {
  fileprivate mutating func clearUnused() {
    holding[6] = 0
    holding[7] = 0
    for group in 0..<64 where !isDivided(group) && !isClaimed(group) { frames[group] = .allClosed }
  }
}
