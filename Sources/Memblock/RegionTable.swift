import Addressing

/// One table of regions: sorted, disjoint, addressed by index as Linux's arrays are.
@frozen @usableFromInline
struct RegionTable: ~Copyable {
  /// Which table this is.
  @usableFromInline let type: RegionType

  @usableFromInline var storage: TableStorage
  @usableFromInline var layout: SlotLayout

  /// How much of `memory` is in the gaps; kept up where somebody searches this table.
  @usableFromInline var freeSpace: FreeSpaceIndex

  /// Whether the next region goes to the top of the slack, as it should while regions are added
  /// downwards, and not to its bottom.
  @usableFromInline var fillsFromTop: Bool

  /// The sum of the sizes, as Linux keeps it: what `trimMemory` cuts off still counts.
  @usableFromInline var totalSize: UInt64

  /// Whether a region has changed since this was set to false.
  @usableFromInline var hasChanged: Bool

  /// Makes an empty table.
  @inlinable @inline(__always)
  init(_ type: RegionType) {
    self.type = type
    storage = TableStorage()
    layout = SlotLayout(capacity: 128)
    freeSpace = FreeSpaceIndex()
    fillsFromTop = false
    totalSize = 0
    hasChanged = true
  }

  /// How many regions there are.
  @inline(__always) var count: Int { layout.count }

  /// How many regions fit.
  @inline(__always) var capacity: Int { layout.capacity }

  /// Where the regions lie.
  @inline(__always)
  var slots: RegionSlots {
    @_lifetime(borrow self) get { RegionSlots(storage.extents.span, layout) }
  }

  /// Where region `index` lies.
  func extent(_ index: Int) -> Extent { storage.extents.span[layout.slot(index)] }

  /// The flags and node of region `index`.
  func attributes(_ index: Int) -> RegionAttributes {
    storage.attributes.span[layout.slot(index)]
  }
}

// MARK: Changes of single entries

extension RegionTable {
  /// Moves the slack to below region `index`. O(distance), in bulk.
  @inline(__always)
  private mutating func moveSlack(to index: Int) {
    let (slackStart, slack) = (layout.slackStart, layout.slack)
    if index == slackStart { return }
    if slack > 0 {
      let (low, high) = (min(index, slackStart), max(index, slackStart))
      let (source, target) = index < slackStart ? (low, low + slack) : (low + slack, low)
      storage.extents.move(high - low, from: source, to: target)
      storage.attributes.move(high - low, from: source, to: target)
      freeSpace.move(low..<high, from: source, to: target, layout)
    }
    fillsFromTop = index < slackStart
    layout.slackStart = index
  }

  /// Puts a region before the one of that index. There must be slack.
  mutating func insert(_ extent: Extent, _ attributes: RegionAttributes, at index: Int) {
    precondition(layout.slack > 0, "no room in the table")
    moveSlack(to: index)
    let slot = fillsFromTop ? layout.slackEnd - 1 : layout.slackStart
    freeSpace.insert(extent, at: index, slot: slot, RegionSlots(storage.extents.span, layout))
    storage.extents.set(extent, at: slot)
    storage.attributes.set(attributes, at: slot)
    if !fillsFromTop { layout.slackStart += 1 }
    layout.count += 1
    layout.slack -= 1
    totalSize &+= extent.size
    hasChanged = true
  }

  /// Takes out the regions `indices`, whose places another one has taken over.
  mutating func drop(_ indices: Range<Int>) {
    if indices.isEmpty { return }
    if layout.slackStart < indices.lowerBound {
      moveSlack(to: indices.lowerBound)
    } else if layout.slackStart > indices.upperBound {
      moveSlack(to: indices.upperBound)
    }
    freeSpace.drop(indices, layout)
    layout.slackStart = indices.lowerBound
    layout.count -= indices.count
    layout.slack += indices.count
    hasChanged = true
  }

  /// Takes out the regions `indices`, and their sizes from the total.
  mutating func remove(_ indices: Range<Int>) {
    if indices.isEmpty { return }
    for index in indices { totalSize &-= extent(index).size }
    freeSpace.invalidate(indices.lowerBound, indices.upperBound, layout)
    drop(indices)
  }

  /// Changes where region `index` lies, between its neighbours. The total size stays.
  mutating func setExtent(_ extent: Extent, at index: Int) {
    storage.extents.set(extent, at: layout.slot(index))
    hasChanged = true
  }

  /// Changes the flags and node of region `index`.
  mutating func setAttributes(_ attributes: RegionAttributes, at index: Int) {
    storage.attributes.set(attributes, at: layout.slot(index))
  }

  /// Uses the memory at `address` for twice as many entries. The region indices stay.
  mutating func double(
    at address: PhysicalAddress, in window: PhysicalMemoryWindow
  ) -> TableStorage.Location {
    grow(to: address, capacity: capacity * 2, in: window)
  }

  @discardableResult
  mutating func grow(
    to address: PhysicalAddress, capacity: Int, in window: PhysicalMemoryWindow
  ) -> TableStorage.Location {
    let old = storage.grow(
      to: address, capacity: capacity, splitAt: layout.slackStart, in: window,
      &freeSpace.summaries)
    resize()
    return old
  }

  /// Undoes `double`, before any other change.
  mutating func undoDoubling(_ old: TableStorage.Location) {
    storage.restore(old, &freeSpace.summaries)
    resize()
  }

  /// Reaches a grown table through another window from now on.
  mutating func rebase(to window: PhysicalMemoryWindow) {
    storage.rebase(to: window, &freeSpace.summaries)
  }

  private mutating func resize() {
    layout.slack = storage.extents.count - layout.count
    freeSpace.invalidate(0, count, layout)
  }
}

// MARK: Searching for free space

extension RegionTable {
  /// Brings the index up to date with this table and with `memory`. O(gaps that have changed).
  @inline(__always)
  mutating func refreshFreeSpace(of memory: inout RegionTable) {
    if memory.hasChanged {
      memory.hasChanged = false
      freeSpace.invalidate(0, count, layout)
    }
    freeSpace.refresh(RegionSlots(storage.extents.span, layout), memory.slots)
  }

  /// The first gap from `index` on that is large enough, ignoring holes in memory.
  @inline(__always)
  mutating func firstGap<W: Way>(
    _: W.Type, from index: Int, fitting request: AllocationRequest, _ memory: RegionSlots
  ) -> Int? {
    freeSpace.firstGap(
      W.self, from: index, fitting: request, RegionSlots(storage.extents.span, layout), memory)
  }

  /// Notes that a gap that looked large enough had no room.
  mutating func reconsider(gap index: Int, _ memory: RegionSlots) {
    freeSpace.reconsider(
      leaf: layout.slot(index) >> SummaryTree.fanOutShift,
      RegionSlots(storage.extents.span, layout), memory)
  }
}
