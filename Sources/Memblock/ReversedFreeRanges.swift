import Addressing

/// What is in one table and not in another, downwards. Linux:
/// `for_each_free_mem_range_reverse`.
public struct ReversedFreeRanges: ~Escapable {
  @usableFromInline let memory: RegionView
  @usableFromInline let reserved: RegionView
  @usableFromInline let filter: RegionFilter?

  /// The number of regions of memory that are left.
  @usableFromInline var index: Int
  /// What is left of the current one, and its node.
  @usableFromInline var region = Extent(base: .max, end: .max)
  @usableFromInline var node = NodeID.unset
  /// The current gap between reservations, and the slot of the one below.
  @usableFromInline var gap: Extent
  @usableFromInline var slot: Int

  @_lifetime(copy memory, copy reserved)
  init(_ memory: RegionView, _ reserved: RegionView, _ filter: RegionFilter?) {
    self.init(
      memory, reserved, filter,
      at: RangePosition(region: memory.count - 1, gap: reserved.count))
  }

  @_lifetime(copy memory, copy reserved)
  init(
    _ memory: RegionView, _ reserved: RegionView, _ filter: RegionFilter?,
    at position: RangePosition
  ) {
    self.memory = memory
    self.reserved = reserved
    self.filter = filter
    index = position.region + 1
    slot = position.gap > 0 ? reserved.slot(position.gap - 1) : -1
    gap = reserved.gap(max(position.gap, 0))
  }

  /// How far this has come.
  var position: RangePosition {
    RangePosition(
      region: region.base == .max ? index - 1 : index,
      gap: (slot < reserved.slackStart ? slot : slot - reserved.slack) + 1)
  }

  /// The next range, below the one before; `nil` after the last. O(1) amortised.
  @inlinable
  public mutating func next() -> NodeRange? {
    while true {
      if region.base < gap.end {
        let end = min(region.end, gap.end)
        if region.base >= gap.base {
          let base = region.base
          region.base = .max
          return NodeRange(base, end, node)
        } else {
          let isInside = gap.base < region.end
          let base = gap.base
          advanceGap()
          if isInside { return NodeRange(base, end, node) }
          continue
        }
      }
      if !advanceRegion() { return nil }
    }
  }

  @inlinable @inline(__always)
  mutating func advanceGap() {
    gap.end = reserved.extents[slot].base
    if slot == reserved.slackStart &+ reserved.slack { slot = reserved.slackStart }
    slot &-= 1
    gap.base = slot >= 0 ? reserved.extents[slot].end : 0
  }

  @inlinable @inline(__always)
  mutating func advanceRegion() -> Bool {
    while index > 0 {
      index &-= 1
      let attributes = memory.attributes(index)
      if let filter, filter.skips(attributes) { continue }
      region = memory.extent(index)
      node = attributes.node
      return true
    }
    return false
  }
}
