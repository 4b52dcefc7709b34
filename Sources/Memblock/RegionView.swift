import Addressing

/// A table as it is while nobody changes the memblock: its regions in address order.
///
/// The compiler keeps a view from outliving the memblock or a change of it.
public struct RegionView: ~Escapable {
  @usableFromInline let slots: RegionSlots
  @usableFromInline let attributes: Span<RegionAttributes>

  /// Which table this is.
  public let type: RegionType

  /// The sum of the regions' sizes in bytes; what `trimMemory(to:)` has cut off still counts.
  /// Linux: `total_size`.
  public let totalSize: UInt64

  @_lifetime(copy slots, copy attributes) @inline(__always)
  init(
    _ type: RegionType, _ slots: RegionSlots, _ attributes: Span<RegionAttributes>,
    totalSize: UInt64
  ) {
    self.type = type
    self.slots = slots
    self.attributes = attributes
    self.totalSize = totalSize
  }

  /// How many regions there are. Linux: `cnt`.
  @inlinable @inline(__always) public var count: Int { slots.count }

  /// How many regions fit before the table has to grow. Linux: `max`.
  @inlinable @inline(__always) public var maximumCount: Int { slots.layout.capacity }

  /// Whether there are no regions.
  @inlinable @inline(__always) public var isEmpty: Bool { count == 0 }

  /// The indices of the regions.
  @inlinable @inline(__always) public var indices: Range<Int> { 0..<count }

  /// The region of that index, counted from the lowest; traps past the end.
  public subscript(index: Int) -> Region {
    precondition(index >= 0 && index < count, "no region of that index")
    let extent = slots[index]
    let attributes = attributes(index)
    return Region(
      base: PhysicalAddress(extent.base), size: extent.size, flags: attributes.flags,
      node: attributes.node)
  }

  @inlinable @inline(__always)
  func attributes(_ index: Int) -> RegionAttributes { attributes[slots.layout.slot(index)] }
}

extension RegionTable {
  /// The table as the public sees it.
  var view: RegionView {
    @_lifetime(borrow self) @inline(__always) get {
      RegionView(type, slots, storage.attributes.span, totalSize: totalSize)
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

  /// The table of that type.
  @_lifetime(borrow self)
  public func regions(_ type: RegionType) -> RegionView {
    switch type {
    case .memory: memoryTable.view
    case .reserved: reservedTable.view
    #if !WithoutPhysmem
      case .physmem: physmemTable.view
    #endif
    }
  }
}
