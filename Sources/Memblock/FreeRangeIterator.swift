import Addressing

/// What is in one table and not in another, in one direction: memory that is not reserved.
///
/// As in Linux, there is an empty range between two reservations that touch and did not merge.
/// Linux: `__next_mem_range`, `__next_mem_range_rev`.
@usableFromInline
struct FreeRangeIterator<W: Way>: ~Escapable {
  @usableFromInline let memory: RegionView
  @usableFromInline let reserved: RegionView
  @usableFromInline let filter: RegionFilter?

  /// The next region of memory.
  @usableFromInline var index: Int

  /// The current one, and its node. When nothing is left of it, it ends before all gaps: at 0, or
  /// downwards at the highest address.
  @usableFromInline var region = Extent(base: .max, end: 0)
  @usableFromInline var node = NodeID.unset

  /// The current gap between reservations, and the slot of the one that ends it; −1 for the
  /// lowest gap downwards.
  @usableFromInline var gap: Extent
  @usableFromInline var slot: Int
  @usableFromInline let slackEnd: Int

  @_lifetime(copy memory, copy reserved)
  init(_ memory: RegionView, _ reserved: RegionView, _ filter: RegionFilter?) {
    self.init(
      memory, reserved, filter,
      at: .start(W.self, regions: memory.count, gaps: reserved.count))
  }

  @_lifetime(copy memory, copy reserved)
  init(
    _ memory: RegionView, _ reserved: RegionView, _ filter: RegionFilter?,
    at position: RangePosition
  ) {
    self.memory = memory
    self.reserved = reserved
    self.filter = filter
    index = position.region
    gap = reserved.slots.gap(position.gap)
    let layout = reserved.slots.layout
    slackEnd = layout.slackEnd
    slot =
      W.isUpwards
      ? layout.slot(position.gap) : position.gap > 0 ? layout.slot(position.gap - 1) : -1
  }

  /// How far this has come.
  var position: RangePosition {
    let gap = reserved.slots.layout.index(ofSlot: slot)
    let isDone = W.isUpwards ? region.end == 0 : region.base == .max
    return RangePosition(
      region: isDone ? index : index - W.step, gap: W.isUpwards ? gap : gap + 1)
  }

  /// The next range; `nil` after the last. O(1) amortised.
  @inlinable
  mutating func next() -> RegionRange? {
    while true {
      if !W.isPast(gap, region) {
        if W.endsPast(gap, region) {
          let range = RegionRange(W.part(of: region, from: gap), node)
          if W.isUpwards { region.end = 0 } else { region.base = .max }
          return range
        }
        let isFree = !W.isPast(region, gap)
        let range = RegionRange(W.part(of: gap, from: region), node)
        advanceGap()
        if isFree { return range }
      } else if !advanceRegion() {
        return nil
      }
    }
  }

  @inlinable @inline(__always)
  mutating func advanceGap() {
    let layout = reserved.slots.layout
    let extents = reserved.slots.extents
    if W.isUpwards {
      gap.base = extents[slot].end
      slot &+= 1
      if slot == layout.slackStart { slot = slackEnd }
      gap.end = slot < extents.count ? extents[slot].base : .max
    } else {
      gap.end = extents[slot].base
      if slot == slackEnd { slot = layout.slackStart }
      slot &-= 1
      gap.base = slot >= 0 ? extents[slot].end : 0
    }
  }

  @inlinable @inline(__always)
  mutating func advanceRegion() -> Bool {
    guard let found = memory.nextRegion(W.self, from: &index, filter) else { return false }
    region = found.extent
    node = found.node
    return true
  }
}

extension RegionView {
  /// The next region that qualifies, from `index` on, which goes past it.
  @inlinable @inline(__always)
  func nextRegion<W: Way>(
    _: W.Type, from index: inout Int, _ filter: RegionFilter?
  ) -> (extent: Extent, node: NodeID)? {
    while W.isUpwards ? index < count : index >= 0 {
      let slot = slots.layout.slot(index)
      let attributes = attributes[slot]
      index &+= W.step
      if let filter, filter.skips(attributes) { continue }
      return (slots.extents[slot], attributes.node)
    }
    return nil
  }
}

/// How far an iteration over ranges has come, for a caller who can't keep an iterator: C's loop
/// variable.
package struct RangePosition {
  /// The region of the first table to look at next.
  package var region: Int

  /// The gap of the second table to look at next.
  package var gap: Int

  package init(region: Int, gap: Int) {
    self.region = region
    self.gap = gap
  }

  static func start<W: Way>(_: W.Type, regions: Int, gaps: Int) -> RangePosition {
    W.isUpwards
      ? RangePosition(region: 0, gap: 0) : RangePosition(region: regions - 1, gap: gaps)
  }
}
