import Addressing

/// A table as it is while nobody changes the memblock: its regions in address order.
///
/// The compiler keeps a view from outliving the memblock or a change of it.
public struct RegionView: ~Escapable {
  @usableFromInline let extents: Span<Extent>
  @usableFromInline let attributes: Span<RegionAttributes>
  @usableFromInline let slackStart: Int
  @usableFromInline let slack: Int

  /// Which table this is.
  public let type: RegionType

  /// How many regions there are. Linux: `cnt`.
  public let count: Int

  /// How many regions fit before the table has to grow. Linux: `max`.
  public let maximumCount: Int

  /// The sum of the regions' sizes in bytes, but for what `trim` has cut off. Linux:
  /// `total_size`.
  public let totalSize: UInt64

  @_lifetime(copy extents, copy attributes) @inline(__always)
  init(
    _ type: RegionType, _ extents: Span<Extent>, _ attributes: Span<RegionAttributes>,
    slackStart: Int, count: Int, totalSize: UInt64
  ) {
    self.type = type
    self.extents = extents
    self.attributes = attributes
    self.slackStart = slackStart
    self.count = count
    self.totalSize = totalSize
    maximumCount = extents.count
    slack = extents.count &- count
  }

  /// Linux's name for the table.
  public var name: String { type.name }

  /// Whether there are no regions.
  @inline(__always) public var isEmpty: Bool { count == 0 }

  /// The indices of the regions.
  @inline(__always) public var indices: Range<Int> { 0..<count }

  /// The region of that index, counted from the lowest; traps past the end.
  public subscript(index: Int) -> Region {
    precondition(index >= 0 && index < count, "no region of that index")
    let extent = extent(index)
    let attributes = attributes(index)
    return Region(
      base: PhysicalAddress(extent.base), size: extent.size, flags: attributes.flags,
      node: attributes.node)
  }

  @inlinable @inline(__always)
  func slot(_ index: Int) -> Int { index < slackStart ? index : index &+ slack }

  @inlinable @inline(__always)
  func extent(_ index: Int) -> Extent { extents[slot(index)] }

  /// The gap below region `index`; the top gap ends at 2^64 − 1.
  func gap(_ index: Int) -> Extent {
    Extent(
      base: index > 0 ? extent(index &- 1).end : 0,
      end: index < count ? extent(index).base : .max)
  }

  @inlinable @inline(__always)
  func attributes(_ index: Int) -> RegionAttributes { attributes[slot(index)] }
}

extension RegionTable {
  /// The table as the public sees it.
  var view: RegionView {
    @_lifetime(borrow self) @inline(__always) get {
      RegionView(
        type, storage.extents, storage.attributes, slackStart: slackStart, count: count,
        totalSize: totalSize)
    }
  }
}

extension Memblock {
  /// The memory that the kernel may use.
  public var memory: RegionView {
    @_lifetime(borrow self) get { memoryTable.view }
  }

  /// What is taken, memory or not.
  public var reserved: RegionView {
    @_lifetime(borrow self) get { reservedTable.view }
  }
}
