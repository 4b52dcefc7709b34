import Addressing

/// One table of regions: sorted, disjoint, addressed by index as Linux's arrays are.
///
/// The entries stand in two runs with all the slack between them, a gap buffer: the slack
/// moves to where the table changes, so that changes near one another, which is what early
/// boot makes, move little memory, and none is moved twice.
///
/// "Index" counts regions in address order; "slot" is a place in the storage. Before region
/// `index` there is the gap of that index; the gap of index `count` is above all regions.
@usableFromInline
struct RegionTable: ~Copyable {
  /// Which table this is.
  @usableFromInline let type: RegionType

  @usableFromInline var storage: TableStorage

  /// How many regions there are.
  @usableFromInline var count: Int

  /// How many of them stand below the slack.
  @usableFromInline var slackStart: Int

  /// Whether the next region goes to the top of the slack, as it should while regions are added
  /// downwards, and not to its bottom.
  @usableFromInline var fillsFromTop: Bool

  /// The sum of the sizes, as Linux keeps it: `trim` doesn't count.
  @usableFromInline var totalSize: UInt64

  /// How many gaps from the bottom have not grown since the free-space index saw them.
  @usableFromInline var knownBelow: Int

  /// How many gaps from the top have not grown since the free-space index saw them.
  @usableFromInline var knownAbove: Int

  /// Whether a region has changed since this was set to false.
  @usableFromInline var hasChanged: Bool

  /// Makes an empty table.
  @inlinable
  init(_ type: RegionType) {
    self.type = type
    storage = TableStorage()
    count = 0
    slackStart = 0
    fillsFromTop = false
    totalSize = 0
    knownBelow = 0
    knownAbove = 0
    hasChanged = true
  }

  /// How many regions fit.
  @inline(__always) var capacity: Int { storage.capacity }

  /// The number of empty slots.
  @inline(__always) var slack: Int { storage.capacity &- count }

  /// The slot of a region, or of the gap below it; the top gap has the slot after the last.
  @inline(__always)
  func slot(_ index: Int) -> Int { index < slackStart ? index : index &+ slack }

  /// Where region `index` lies.
  @inline(__always)
  func extent(_ index: Int) -> Extent { storage.extents[slot(index)] }

  /// The flags and node of region `index`.
  @inline(__always)
  func attributes(_ index: Int) -> RegionAttributes { storage.attributes[slot(index)] }

  /// The gap below region `index`, which is empty where two regions touch. The top gap ends at
  /// 2^64 − 1.
  @inline(__always)
  func gap(_ index: Int) -> Extent {
    Extent(
      base: index > 0 ? extent(index &- 1).end : 0,
      end: index < count ? extent(index).base : .max)
  }

  /// Region `index`, as the public sees it.
  func region(_ index: Int) -> Region {
    let extent = extent(index)
    let attributes = attributes(index)
    return Region(
      base: PhysicalAddress(extent.base), size: extent.size, flags: attributes.flags,
      node: attributes.node)
  }
}

// MARK: Changes of single entries

extension RegionTable {
  /// Moves the slack to below region `index`. O(distance), in bulk.
  @inline(__always)
  private mutating func moveSlack(to index: Int) {
    if index == slackStart { return }
    if slack > 0 {
      let (low, high) = (min(index, slackStart), max(index, slackStart))
      let (source, target) = index < slackStart ? (low, low + slack) : (low + slack, low)
      storage.move(high - low, from: source, to: target)
      if !isStale(low, high - 1) { moveSummaries(high - low, from: source, to: target) }
    }
    fillsFromTop = index < slackStart
    slackStart = index
  }

  /// Puts a region before the one of that index. There must be slack.
  mutating func insert(_ extent: Extent, _ attributes: RegionAttributes, at index: Int) {
    precondition(slack > 0, "no room in the table")
    moveSlack(to: index)
    let slot = fillsFromTop ? slackStart + slack - 1 : slackStart
    if !isStale(index, index) {
      let base = index > 0 ? self.extent(index - 1).end : 0
      splitSummary(to: slot, Extent(base: base, end: extent.base))
    }
    if index < knownBelow { knownBelow += 1 }
    if count - index < knownAbove { knownAbove += 1 }
    storage.set(extent, attributes, at: slot)
    if !fillsFromTop { slackStart += 1 }
    count += 1
    totalSize &+= extent.size
    hasChanged = true
  }

  /// Takes out the regions `indices`, whose places another one has taken over.
  mutating func drop(_ indices: Range<Int>) {
    if indices.isEmpty { return }
    if slackStart < indices.lowerBound {
      moveSlack(to: indices.lowerBound)
    } else if slackStart > indices.upperBound {
      moveSlack(to: indices.upperBound)
    }
    let above = count - indices.upperBound
    if indices.lowerBound < knownBelow {
      knownBelow = max(indices.lowerBound, knownBelow - indices.count)
    }
    if above < knownAbove { knownAbove = max(above, knownAbove - indices.count) }
    slackStart = indices.lowerBound
    count -= indices.count
    hasChanged = true
  }

  /// Takes out the regions `indices`, and their sizes from the total.
  mutating func remove(_ indices: Range<Int>) {
    if indices.isEmpty { return }
    for index in indices { totalSize &-= extent(index).size }
    noteGrownGaps(indices.lowerBound, indices.upperBound)
    drop(indices)
  }

  /// Changes where region `index` lies, between its neighbours. The total size stays.
  mutating func setExtent(_ extent: Extent, at index: Int) {
    let slot = slot(index)
    var extents = storage.mutableExtents
    extents[slot] = extent
    hasChanged = true
  }

  /// Changes the flags and node of region `index`.
  mutating func setAttributes(_ attributes: RegionAttributes, at index: Int) {
    let slot = slot(index)
    var all = storage.mutableAttributes
    all[slot] = attributes
  }

  /// Uses the memory at `address` for twice as many entries. The region indices stay.
  mutating func double(
    at address: PhysicalAddress, in window: PhysicalMemoryWindow
  ) -> TableStorage.Place {
    noteGrownGaps(0, count)
    return storage.replace(at: address, capacity: capacity * 2, splitAt: slackStart, in: window)
  }

  /// Undoes `double`, before any other change.
  mutating func undoDoubling(_ old: TableStorage.Place) {
    noteGrownGaps(0, count)
    storage.restore(old)
  }
}
