import Addressing

/// What an allocation must satisfy, and what the index of free space makes of it.
struct AllocationRequest {
  /// The bytes wanted.
  let size: UInt64

  /// What the address must be a multiple of, as it was asked for; 0 means a cache line. Linux
  /// doesn't ask for a power of two, but rounds as if it were one; so does this.
  let alignment: UInt64

  /// All of the memory must lie in here. Address 0 and the first page are never given.
  var bounds: Extent

  /// The node to take memory from, `.none` for any.
  var node: NodeID

  /// What kinds of memory are wanted that would be left out.
  var flags: RegionFlags

  /// The order that a free piece must have at least; see `GapSummary`.
  let order: UInt64

  /// The bits that are 0 in an address rounded down.
  private let mask: UInt64

  /// The same, none where the alignment is not a power of two.
  private let exactMask: UInt64

  @inline(__always)
  init(
    size: UInt64, alignment: UInt64, bounds: Extent, node: NodeID = .none,
    flags: RegionFlags = .none
  ) {
    self.size = size
    self.alignment = alignment
    self.bounds = bounds
    self.node = node
    self.flags = flags
    let multiple = alignment == 0 ? 64 : alignment
    mask = multiple &- 1
    exactMask = multiple & mask == 0 ? mask : 0
    let sizeOrder = 64 &- (size &- 1).leadingZeroBitCount
    order = UInt64(min(min(exactMask.trailingOnes, sizeOrder), 63))
  }

  /// Whether the alignment is a power of two.
  var isAlignedExactly: Bool { mask == exactMask }

  /// The bounds as Linux narrows them: the first page is never given away.
  var narrowedBounds: Extent {
    let base = max(bounds.base, PageFrameNumber.size)
    return Extent(base: base, end: max(base, bounds.end))
  }

  /// Whether a gap is large enough, ignoring holes in memory.
  @inline(__always)
  func fits(in gap: Extent) -> Bool {
    gap.size >= size && (gap.end &- size) & ~exactMask >= gap.base
  }

  /// The first address in `free` that fits, in the direction.
  @inline(__always)
  func address<W: Way>(_: W.Type, in free: Extent) -> UInt64? {
    if free.base >= free.end || free.size < size { return nil }
    if W.isUpwards {
      let address = roundedUp(free.base)
      return address >= free.base && address < free.end && free.end &- address >= size
        ? address : nil
    }
    let address = roundedDown(free.end &- size)
    return address >= free.base ? address : nil
  }

  /// Rounds as Linux does, bit by bit, whatever the alignment is; past 2^64 comes 0.
  @inline(__always)
  func roundedUp(_ address: UInt64) -> UInt64 { ((address &- 1) | mask) &+ 1 }

  @inline(__always)
  func roundedDown(_ address: UInt64) -> UInt64 { address & ~mask }
}

extension PhysicalAddress {
  /// An upper bound as Linux's functions take it: 0 and 1 stand for the current limit, and are `nil`
  /// here.
  ///
  /// Linux: `MEMBLOCK_ALLOC_ACCESSIBLE`, `MEMBLOCK_ALLOC_NOLEAKTRACE`.
  package init?(linuxUpperBound bound: UInt64) {
    if bound <= 1 { return nil }
    self.init(bound)
  }
}

extension UInt64 {
  /// How many of the lowest bits are set before the first that is not.
  @inline(__always)
  fileprivate var trailingOnes: Int { (~self).trailingZeroBitCount }
}
