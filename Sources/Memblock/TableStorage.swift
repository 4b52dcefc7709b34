import Addressing

/// One column of a table: first inside this value, which for a global means the image's data;
/// later in physical memory.
@safe @frozen @usableFromInline
struct Column<let fixedCount: Int, Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline let place: StaysInPlace
  @usableFromInline var fixed: InlineArray<fixedCount, Element>

  /// The entries in physical memory, once the table has grown.
  @usableFromInline var grown: UnsafeMutablePointer<Element>? = nil

  /// How many entries there are.
  @usableFromInline var count: Int

  /// Makes the first column. A constant: for a global, this happens when the image is built.
  @inlinable @inline(__always)
  init(repeating element: Element) {
    place = StaysInPlace()
    fixed = InlineArray(repeating: element)
    count = fixedCount
  }

  var span: Span<Element> {
    @_lifetime(borrow self) @inline(__always) get {
      guard let grown = unsafe grown else { return fixed.span }
      // SAFETY: a grown column has `count` entries, and stays until `TableStorage` moves it.
      return unsafe _overrideLifetime(Span(_unsafeStart: grown, count: count), borrowing: self)
    }
  }

  var mutableSpan: MutableSpan<Element> {
    @_lifetime(&self) @inline(__always) mutating get {
      guard let grown = unsafe grown else { return fixed.mutableSpan }
      // SAFETY: as for `span`; the borrow of `self` makes it the only access.
      return unsafe _overrideLifetime(
        MutableSpan(_unsafeStart: grown, count: count), mutating: &self)
    }
  }

  @inline(__always)
  mutating func set(_ element: Element, at slot: Int) {
    var elements = mutableSpan
    elements[slot] = element
  }

  /// Moves `moved` entries from `source` to `target`; the two may overlap.
  mutating func move(_ moved: Int, from source: Int, to target: Int) {
    precondition(
      moved >= 0 && source >= 0 && target >= 0 && max(source, target) &+ moved <= count,
      "entries outside the table")
    var elements = mutableSpan
    // SAFETY: both places are in the column by the check above; the move copes with overlap.
    unsafe elements.withUnsafeMutableBufferPointer { all in
      let start = all.baseAddress!
      unsafe (start + target).update(from: start + source, count: moved)
    }
  }

  /// Copies the first `split` entries to the start of a larger column, and the others to its end.
  fileprivate mutating func copy(
    to start: UnsafeMutablePointer<Element>, _ newCount: Int, _ split: Int
  ) {
    unsafe span.withUnsafeBufferPointer { old in
      let first = old.baseAddress!
      // SAFETY: the new column has more entries than this one.
      unsafe start.update(from: first, count: split)
      unsafe (start + split + newCount - count).update(from: first + split, count: count - split)
    }
  }
}

/// The half-word an entry that `FreeSpaceIndex` keeps.
@usableFromInline
typealias SummaryColumn = Column<64, UInt64>

/// What a table says of its regions: 16 bytes of extent and 4 of attributes an entry. With the 4
/// of the index of free space that are 24 bytes, as many as Linux spends. In physical memory the
/// three columns lie one after the other, so this places all of them.
///
/// All `unsafe` code of the module is in this file; it gives out spans, which check their bounds.
@safe @frozen @usableFromInline
struct TableStorage: ~Copyable {
  /// How many entries fit before the first growth: Linux's `INIT_MEMBLOCK_REGIONS`.
  static var fixedCapacity: Int { 128 }

  /// The bytes that an entry takes, all columns together.
  static var bytesPerEntry: Int { 24 }

  @usableFromInline var extents: Column<128, Extent>
  @usableFromInline var attributes: Column<128, RegionAttributes>

  /// The physical memory that the grown table takes; empty before the first growth.
  @usableFromInline var grownRange: AddressRange

  @inlinable @inline(__always)
  init() {
    extents = Column(repeating: Extent(base: 0, end: 0))
    attributes = Column(repeating: RegionAttributes(bits: 0))
    grownRange = AddressRange(from: .zero, to: .zero)
  }

  /// Whether the table lies in physical memory that the memblock has reserved for it.
  @inline(__always) var hasGrown: Bool { !grownRange.isEmpty }

  /// The bytes that a table of that many entries takes, in whole pages.
  static func byteCount(capacity: Int) -> UInt64 {
    UInt64(capacity * bytesPerEntry).alignedUp(to: PageFrameNumber.size)
  }

  /// Copies the table to `address`, with room for `capacity` entries, and uses that one from now
  /// on. The first `split` entries stay at the front; the others move to the end.
  ///
  /// The memory there must belong to nobody else, and lie in `window`.
  ///
  /// - Returns: What `restore` takes to go back, as long as neither copy has changed.
  mutating func grow(
    to address: PhysicalAddress, capacity: Int, splitAt split: Int,
    in window: PhysicalMemoryWindow, _ summaries: inout SummaryColumn
  ) -> Location {
    let old = unsafe Location(
      range: grownRange, extents: extents.grown, attributes: attributes.grown,
      summaries: summaries.grown, capacity: extents.count)
    let range = AddressRange(at: address, size: Self.byteCount(capacity: capacity))
    let new = Location(range: range, capacity: capacity, in: window)
    // SAFETY: the window has checked the place; whoever calls has found it to be free memory.
    unsafe UnsafeMutableRawPointer(new.extents!)
      .initializeMemory(as: UInt8.self, repeating: 0, count: Int(range.size))
    unsafe extents.copy(to: new.extents!, capacity, split)
    unsafe attributes.copy(to: new.attributes!, capacity, split)
    restore(new, &summaries)
    return old
  }

  /// Reaches a grown table through another window from now on, in which it must lie.
  mutating func rebase(to window: PhysicalMemoryWindow, _ summaries: inout SummaryColumn) {
    if !hasGrown { return }
    restore(Location(range: grownRange, capacity: extents.count, in: window), &summaries)
  }

  /// Uses the table at `location`.
  mutating func restore(_ location: Location, _ summaries: inout SummaryColumn) {
    grownRange = location.range
    unsafe extents.grown = location.extents
    unsafe attributes.grown = location.attributes
    unsafe summaries.grown = location.summaries
    extents.count = location.capacity
    attributes.count = location.capacity
    summaries.count = location.capacity / 2
  }

  /// Where a table lies.
  @safe
  struct Location {
    let range: AddressRange
    fileprivate let extents: UnsafeMutablePointer<Extent>?
    fileprivate let attributes: UnsafeMutablePointer<RegionAttributes>?
    fileprivate let summaries: UnsafeMutablePointer<UInt64>?
    fileprivate let capacity: Int
  }
}

extension TableStorage.Location {
  /// The columns of a table of that capacity, one after the other in `range`.
  fileprivate init(range: AddressRange, capacity: Int, in window: PhysicalMemoryWindow) {
    // SAFETY: the window checks that all of the range is in it, and the columns fill it.
    let start = unsafe window.pointer(to: range.start, count: range.size)
    let attributes = unsafe start + capacity * MemoryLayout<Extent>.stride
    let summaries = unsafe attributes + capacity * MemoryLayout<RegionAttributes>.stride
    unsafe self.init(
      range: range, extents: start.assumingMemoryBound(to: Extent.self),
      attributes: attributes.assumingMemoryBound(to: RegionAttributes.self),
      summaries: summaries.assumingMemoryBound(to: UInt64.self), capacity: capacity)
  }
}
