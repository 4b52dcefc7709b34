public import Addressing
public import Zones

/// What a zone has at the moment, in frames.
public struct ZoneStatistics: Equatable, Sendable {
  /// From the zone's first frame to its last, holes included.
  public var spanned: UInt64
  /// The frames of memory, reserved ones included.
  public var present: UInt64
  /// The frames that were ever released into the zone.
  public var managed: UInt64
  /// The frames that are free, without those in processors' caches.
  public var free: UInt64
  /// The zone's first frame; 0 where it is empty.
  public var start: PageFrameNumber
}

extension PageAllocator {
  /// What a node's zone has; the node by its place among those that have memory. O(1).
  public func statistics(ofNode index: Int, _ kind: ZoneKind) -> ZoneStatistics {
    let extent = layout.node(index)[kind]
    return withZone(index * ZoneKind.count + kind.rawValue) { zone in
      ZoneStatistics(
        spanned: extent.spanned, present: extent.present, managed: zone.managedFrames,
        free: zone.freeFrames + zone.shelf.frames, start: extent.start)
    }
  }

  /// How many free blocks a node's zone has of each order, without what is in processors'
  /// caches. O(GiB + chunks of 16 MiB that were ever used).
  public func freeBlocks(ofNode index: Int, _ kind: ZoneKind) -> FreeBlockCounts {
    return withZone(index * ZoneKind.count + kind.rawValue) { $0.countFreeBlocks() }
  }

  /// The free frames of all zones, without those in processors' caches. O(zones).
  public var freeFrames: UInt64 { sum { $0.free } }

  /// The frames of all zones that were ever released. O(zones).
  public var managedFrames: UInt64 { sum { $0.managed } }

  private func sum(_ value: (ZoneStatistics) -> UInt64) -> UInt64 {
    var sum: UInt64 = 0
    for node in 0..<layout.nodeCount {
      for kind in ZoneKind.all.indices {
        sum += value(statistics(ofNode: node, ZoneKind.all[kind]))
      }
    }
    return sum
  }

  /// What a frame is used for; `nil` where there is no memory. Frames in processors' caches
  /// count as free. O(1).
  public func state(of frame: PageFrameNumber) -> FrameState? {
    guard let piece = piece(of: frame.value), isMemory(frame) else { return nil }
    let slot = Int(frame.value &+ pieces[piece].offset)
    let zone = Int(pieces[piece].zone)
    return withZone(zone) { taken in
      let state = taken.state(of: slot)
      return state == .head(order: 0) && isCached(slot, ofZone: zone) ? .free : state
    }
  }

  /// The node that a frame is on; `nil` where there is no memory. O(log n) in the ranges of memory.
  public func node(of frame: PageFrameNumber) -> NodeID? {
    guard isMemory(frame), let piece = piece(of: frame.value) else { return nil }
    return nodes[Int(pieces[piece].zone) / ZoneKind.count].node
  }

  /// Whether there is memory at a frame; small holes lie inside pieces. O(log n) in ranges.
  func isMemory(_ frame: PageFrameNumber) -> Bool {
    var low = 0
    var high = layout.rangeCount
    while low < high {
      let middle = (low + high) / 2
      if layout.range(middle).frames.upperBound <= frame { low = middle + 1 } else { high = middle }
    }
    return low < layout.rangeCount && layout.range(low).frames.contains(frame)
  }
}
