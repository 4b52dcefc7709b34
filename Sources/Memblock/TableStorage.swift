import Addressing

/// The memory that holds one table: first 128 entries inside this value, which for a global
/// means the image's data; later a larger table in physical memory.
///
/// A table is three columns: 16 bytes of extent and 4 bytes of attributes an entry, and room
/// for summaries that take the other 4 of the 24 bytes that Linux spends on an entry. All
/// `unsafe` code of the module is in this file; it gives out spans, which check their bounds.
@safe @usableFromInline
struct TableStorage: ~Copyable {
  /// How many entries fit before the first growth: Linux's `INIT_MEMBLOCK_REGIONS`.
  static var staticCapacity: Int { 128 }

  /// The bytes that an entry takes, all columns together.
  static var bytesPerEntry: Int { 24 }

  @usableFromInline let place: StaysInPlace
  @usableFromInline var staticExtents: InlineArray<128, Extent>
  @usableFromInline var staticAttributes: InlineArray<128, RegionAttributes>
  @usableFromInline var staticSummaries: InlineArray<64, UInt64>

  /// The columns one after the other, once the table has grown.
  @usableFromInline var columns: UnsafeMutableRawPointer?

  /// The physical memory that the grown table takes; empty before the first growth.
  @usableFromInline var grownRange: AddressRange

  /// How many entries fit.
  @usableFromInline var capacity: Int

  /// Makes the static table. A constant: for a global, this happens when the image is built.
  @inlinable
  init() {
    place = StaysInPlace()
    staticExtents = InlineArray(repeating: Extent(base: 0, end: 0))
    staticAttributes = InlineArray(repeating: RegionAttributes(bits: 0))
    staticSummaries = InlineArray(repeating: 0)
    unsafe columns = nil
    grownRange = AddressRange(from: .zero, to: .zero)
    capacity = 128
  }

  /// Whether the table lies in physical memory that the memblock has reserved for it.
  @inline(__always) var hasGrown: Bool { unsafe columns != nil }

  /// The bytes that a table of that many entries takes, in whole pages.
  static func byteCount(capacity: Int) -> UInt64 {
    UInt64(capacity * bytesPerEntry).alignedUp(to: PageFrameNumber.size)
  }

  // MARK: The columns

  /// Where each entry's region lies.
  var extents: Span<Extent> {
    @_lifetime(borrow self) @inline(__always) get {
      guard let start = unsafe columns else { return staticExtents.span }
      // SAFETY: a grown table starts with its extents, and stays until `replace`.
      let extents = unsafe start.assumingMemoryBound(to: Extent.self)
      return unsafe _overrideLifetime(
        Span(_unsafeStart: extents, count: capacity), borrowing: self)
    }
  }

  var mutableExtents: MutableSpan<Extent> {
    @_lifetime(&self) @inline(__always) mutating get {
      guard let start = unsafe columns else { return staticExtents.mutableSpan }
      // SAFETY: as for `extents`; the borrow of `self` makes it the only access.
      let extents = unsafe start.assumingMemoryBound(to: Extent.self)
      return unsafe _overrideLifetime(
        MutableSpan(_unsafeStart: extents, count: capacity), mutating: &self)
    }
  }

  /// What each entry's region is beside its extent.
  var attributes: Span<RegionAttributes> {
    @_lifetime(borrow self) @inline(__always) get {
      guard let start = unsafe columns else { return staticAttributes.span }
      // SAFETY: the attributes follow the extents.
      let attributes = unsafe (start + capacity * MemoryLayout<Extent>.stride)
        .assumingMemoryBound(to: RegionAttributes.self)
      return unsafe _overrideLifetime(
        Span(_unsafeStart: attributes, count: capacity), borrowing: self)
    }
  }

  var mutableAttributes: MutableSpan<RegionAttributes> {
    @_lifetime(&self) @inline(__always) mutating get {
      guard let start = unsafe columns else { return staticAttributes.mutableSpan }
      // SAFETY: as for `attributes`; the borrow of `self` makes it the only access.
      let attributes = unsafe (start + capacity * MemoryLayout<Extent>.stride)
        .assumingMemoryBound(to: RegionAttributes.self)
      return unsafe _overrideLifetime(
        MutableSpan(_unsafeStart: attributes, count: capacity), mutating: &self)
    }
  }

  /// Room for half as many words as there are entries, for whoever summarises the table.
  var summaries: Span<UInt64> {
    @_lifetime(borrow self) @inline(__always) get {
      guard let start = unsafe columns else { return staticSummaries.span }
      // SAFETY: the summaries follow the attributes, and end with the table.
      let summaries = unsafe (start + capacity * Self.summaryOffset)
        .assumingMemoryBound(to: UInt64.self)
      return unsafe _overrideLifetime(
        Span(_unsafeStart: summaries, count: capacity / 2), borrowing: self)
    }
  }

  var mutableSummaries: MutableSpan<UInt64> {
    @_lifetime(&self) @inline(__always) mutating get {
      guard let start = unsafe columns else { return staticSummaries.mutableSpan }
      // SAFETY: as for `summaries`; the borrow of `self` makes it the only access.
      let summaries = unsafe (start + capacity * Self.summaryOffset)
        .assumingMemoryBound(to: UInt64.self)
      return unsafe _overrideLifetime(
        MutableSpan(_unsafeStart: summaries, count: capacity / 2), mutating: &self)
    }
  }

  private static var summaryOffset: Int {
    MemoryLayout<Extent>.stride + MemoryLayout<RegionAttributes>.stride
  }

  // MARK: Moving entries

  /// Writes the entry at `slot`.
  @inline(__always)
  mutating func set(_ extent: Extent, _ newAttributes: RegionAttributes, at slot: Int) {
    var extents = mutableExtents
    extents[slot] = extent
    var attributes = mutableAttributes
    attributes[slot] = newAttributes
  }

  /// Moves `count` entries, all at once, from `source` to `target`; the places may overlap.
  mutating func move(_ count: Int, from source: Int, to target: Int) {
    precondition(
      count >= 0 && source >= 0 && target >= 0 && max(source, target) &+ count <= capacity,
      "entries outside the table")
    var extents = mutableExtents
    // SAFETY: both places are in the table by the check above; the move copes with overlap.
    unsafe extents.withUnsafeMutableBufferPointer { all in
      let start = all.baseAddress!
      unsafe (start + target).update(from: start + source, count: count)
    }
    var attributes = mutableAttributes
    unsafe attributes.withUnsafeMutableBufferPointer { all in
      let start = all.baseAddress!
      unsafe (start + target).update(from: start + source, count: count)
    }
  }

  /// Copies the table to `address`, with room for `newCapacity` entries, and uses that one from
  /// now on. The first `split` entries stay at the front; the others move to the end.
  ///
  /// The memory there must belong to nobody else, and lie in `window`.
  ///
  /// - Returns: What `restore` takes to go back, as long as neither copy has changed.
  mutating func replace(
    at address: PhysicalAddress, capacity newCapacity: Int, splitAt split: Int,
    in window: PhysicalMemoryWindow
  ) -> Place {
    let old = unsafe Place(columns: columns, range: grownRange, capacity: capacity)
    let byteCount = Self.byteCount(capacity: newCapacity)
    // SAFETY: the window checks the place; whoever calls has found it to be free memory.
    let start = unsafe window.pointer(to: address, count: byteCount)
    unsafe start.initializeMemory(as: UInt8.self, repeating: 0, count: Int(byteCount))
    let shift = newCapacity - capacity
    let newExtents = unsafe start.assumingMemoryBound(to: Extent.self)
    let newAttributes = unsafe (start + newCapacity * MemoryLayout<Extent>.stride)
      .assumingMemoryBound(to: RegionAttributes.self)
    // SAFETY: the new columns have `shift` more entries than the old ones.
    unsafe extents.withUnsafeBufferPointer { old in
      let first = old.baseAddress!
      unsafe newExtents.update(from: first, count: split)
      unsafe (newExtents + split + shift).update(from: first + split, count: capacity - split)
    }
    unsafe attributes.withUnsafeBufferPointer { old in
      let first = old.baseAddress!
      unsafe newAttributes.update(from: first, count: split)
      unsafe (newAttributes + split + shift).update(from: first + split, count: capacity - split)
    }
    unsafe columns = start
    capacity = newCapacity
    grownRange = AddressRange(at: address, size: byteCount)
    return old
  }

  /// Reaches a grown table through another window from now on, in which it must lie.
  mutating func look(through window: PhysicalMemoryWindow) {
    if grownRange.isEmpty { return }
    // SAFETY: the window checks the place; the table is there, whatever it is seen through.
    unsafe columns = window.pointer(to: grownRange.start, count: grownRange.size)
  }

  /// Goes back to the table that `replace` has replaced.
  mutating func restore(_ old: Place) {
    unsafe columns = old.columns
    grownRange = old.range
    capacity = old.capacity
  }

  /// Where a table stands.
  @safe
  struct Place {
    fileprivate let columns: UnsafeMutableRawPointer?
    let range: AddressRange
    fileprivate let capacity: Int
  }
}
