import Addressing
import Zones

/// The processors' caches as a whole.
extension PageAllocator {
  /// Gives everything in the processors' caches back to the zones.
  ///
  /// Linux: `drain_all_pages`.
  public func drainCaches() { withoutCaches {} }

  /// Runs `body` while every processor's cache is empty and stays so. Locks all of them; zones
  /// may be locked inside.
  func withoutCaches<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withoutInterrupts { () throws(Failure) in
      for processor in 0..<caches.count {
        if isShared { caches[processor].lock.acquire() }
        for order in 0..<ProcessorCache.orders where caches[processor].count(order) != 0 {
          drain(&caches[processor], order, leaving: 0)
        }
      }
      defer {
        if isShared { for processor in 0..<caches.count { caches[processor].lock.release() } }
      }
      return try body()
    }
  }

  /// Gives the blocks of an order that came first back to their zone.
  func drain(_ cache: inout ProcessorCache, _ order: Int, leaving rest: Int) {
    withZone(cache.zone(order)) { zone in
      cache.removeOldest(order, leaving: rest) { block in
        zone.release(order, at: slot(of: block.frame))
      }
    }
  }

  /// The slot of a frame that is in a piece.
  @inline(__always)
  private func slot(of frame: UInt64) -> Int {
    guard let piece = piece(of: frame) else { preconditionFailure("a cached frame has no zone") }
    return Int(truncatingIfNeeded: frame &+ pieces[piece].offset)
  }

  /// The number of frames in the processors' caches.
  public var cachedFrames: UInt64 {
    var sum: UInt64 = 0
    forEachCache { sum += $0.frames }
    return sum
  }

  /// Runs `body` on each processor's cache, with its lock held.
  func forEachCache(_ body: (borrowing ProcessorCache) -> Void) {
    withoutInterrupts {
      for processor in 0..<caches.count {
        if isShared { caches[processor].lock.acquire() }
        body(caches[processor])
        if isShared { caches[processor].lock.release() }
      }
    }
  }
}
