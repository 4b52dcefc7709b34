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
    let interrupts = hooks.disable()
    defer { hooks.restore(interrupts) }
    return withZone(index * ZoneKind.count + kind.rawValue) { zone in
      ZoneStatistics(
        spanned: extent.spanned, present: extent.present, managed: zone.managedFrames,
        free: zone.freeFrames, start: extent.start)
    }
  }

  /// How many free blocks a node's zone has of each order, without what is in processors'
  /// caches. O(GiB + units that are divided).
  public func freeBlocks(ofNode index: Int, _ kind: ZoneKind) -> FreeBlockCounts {
    let interrupts = hooks.disable()
    defer { hooks.restore(interrupts) }
    return withZone(index * ZoneKind.count + kind.rawValue) { $0.countFreeBlocks() }
  }

  /// The free frames of all zones, without those in processors' caches. O(zones).
  public var freeFrames: UInt64 { sum { $0.free } }

  /// The frames of all zones that were ever released. O(zones).
  public var managedFrames: UInt64 { sum { $0.managed } }

  private func sum(_ value: (ZoneStatistics) -> UInt64) -> UInt64 {
    var sum: UInt64 = 0
    for node in 0..<layout.nodeCount {
      for kind in 0..<ZoneKind.count {
        sum += value(statistics(ofNode: node, ZoneKind(rawValue: kind) ?? .normal))
      }
    }
    return sum
  }
}
