/// Linux's rules for adding, cutting and merging ranges of regions.
extension RegionTable {
  /// Adds `extent` if no region shares a byte with it and there is room. Returns 0 then, else how
  /// many regions it takes to fill what it has outside all regions.
  @inline(__always)
  mutating func fillIfSimple(_ extent: Extent, _ attributes: RegionAttributes) -> Int {
    if count == 0 { totalSize = 0 }
    let index = slots.firstIndex(endingAbove: extent.base)
    if index < count && self.extent(index).base < extent.end { return piecesMissing(in: extent) }
    if count == capacity { return 1 }
    insertMerging(extent, attributes, at: index)
    return 0
  }

  /// How many regions it takes to fill what `extent` has outside all regions.
  func piecesMissing(in extent: Extent) -> Int {
    var pieces = 0
    var cursor = extent.base
    var index = slots.firstIndex(endingAbove: cursor)
    while index < count {
      let region = self.extent(index)
      if region.base >= extent.end { break }
      if region.base > cursor { pieces += 1 }
      cursor = min(region.end, extent.end)
      index += 1
    }
    return cursor < extent.end ? pieces + 1 : pieces
  }

  /// Fills what `extent` has outside all regions, then merges around what was filled. Regions
  /// that were there keep their attributes. There must be room for all pieces.
  mutating func fill(_ extent: Extent, _ attributes: RegionAttributes) {
    let first = slots.firstIndex(endingAbove: extent.base)
    if first == count || self.extent(first).base >= extent.end {
      return insertMerging(extent, attributes, at: first)
    }
    var cursor = extent.base
    var index = first
    var filled: Range<Int>? = nil
    while index < count, self.extent(index).base < extent.end {
      let region = self.extent(index)
      if region.base > cursor {
        insert(Extent(base: cursor, end: region.base), attributes, at: index)
        filled = (filled?.lowerBound ?? index)..<index + 1
        index += 1
      }
      cursor = min(region.end, extent.end)
      index += 1
    }
    if cursor < extent.end {
      insert(Extent(base: cursor, end: extent.end), attributes, at: index)
      filled = (filled?.lowerBound ?? index)..<index + 1
    }
    if let filled { merge(around: filled) }
  }

  /// Adds a region that overlaps no other, at its index, growing a neighbour where it touches
  /// one with the same attributes.
  #if !OPTIMIZE_FOR_SIZE
    @inline(__always)
  #endif
  mutating func insertMerging(_ extent: Extent, _ attributes: RegionAttributes, at index: Int) {
    let joinsBelow =
      index > 0 && self.extent(index - 1).end == extent.base
      && self.attributes(index - 1) == attributes
    let joinsAbove =
      index < count && self.extent(index).base == extent.end
      && self.attributes(index) == attributes
    if !joinsBelow && !joinsAbove { return insert(extent, attributes, at: index) }
    totalSize &+= extent.size
    if joinsBelow {
      let base = self.extent(index - 1).base
      let end = joinsAbove ? self.extent(index).end : extent.end
      setExtent(Extent(base: base, end: end), at: index - 1)
      if joinsAbove { drop(index..<index + 1) } else { shrinkGap(index) }
    } else {
      setExtent(Extent(base: extent.base, end: self.extent(index).end), at: index)
      shrinkGap(index)
    }
  }

  @inline(__always)
  private mutating func shrinkGap(_ index: Int) {
    freeSpace.shrinkGap(ofSlot: layout.slot(index))
  }

  /// Merges each of `indices`, and the two next to them, with the one below it where they touch
  /// and have the same attributes. Linux: `memblock_merge_regions`.
  mutating func merge(around indices: Range<Int>) {
    var index = max(indices.lowerBound - 1, 0)
    var end = min(indices.upperBound, count - 1)
    while index < end {
      let region = extent(index)
      let next = extent(index + 1)
      if region.end == next.base && attributes(index) == attributes(index + 1) {
        setExtent(Extent(base: region.base, end: next.end), at: index)
        drop(index + 1..<index + 2)
        end -= 1
      } else {
        index += 1
      }
    }
  }

  /// Splits the regions that cross an end of `extent` there, and returns the indices of those
  /// inside. There must be room for two more. Linux: `memblock_isolate_range`.
  mutating func isolate(_ extent: Extent) -> Range<Int> {
    let first = slots.firstIndex(endingAbove: extent.base)
    if first == count || self.extent(first).base >= extent.end { return 0..<0 }
    let lower = split(first, at: extent.base) ? first + 1 : first
    var upper = slots.firstIndex(endingAbove: extent.end)
    if upper < count, split(upper, at: extent.end) { upper += 1 }
    return lower..<upper
  }

  /// Splits region `index` in two at `address`, where that is inside of it.
  private mutating func split(_ index: Int, at address: UInt64) -> Bool {
    let region = extent(index)
    if address <= region.base || address >= region.end { return false }
    totalSize &-= address &- region.base
    setExtent(Extent(base: address, end: region.end), at: index)
    insert(Extent(base: region.base, end: address), attributes(index), at: index)
    return true
  }
}
