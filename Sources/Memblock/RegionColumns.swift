import Addressing

/// Where a region lies: from `base`, up to and not including `end`. 16 bytes.
struct Extent: Equatable, BitwiseCopyable, Sendable {
  var base: UInt64
  var end: UInt64

  @inline(__always)
  init(base: UInt64, end: UInt64) {
    self.base = base
    self.end = end
  }

  /// The bytes of `range`.
  @inline(__always)
  init(_ range: AddressRange) {
    self.init(base: range.start.value, end: range.end.value)
  }

  @inline(__always) var size: UInt64 { end &- base }

  @inline(__always)
  var range: AddressRange {
    AddressRange(from: PhysicalAddress(base), to: PhysicalAddress(end))
  }
}

/// What a region is beside its extent, in 4 bytes: two regions that touch merge when these are
/// equal.
struct RegionAttributes: Equatable, BitwiseCopyable, Sendable {
  private var bits: UInt32

  /// The attributes of a region that nobody has said anything about.
  static var plain: RegionAttributes { RegionAttributes(flags: .none, node: .unset) }

  /// All bits zero: what a static table is filled with.
  static var zero: RegionAttributes { RegionAttributes(flags: .none, node: NodeID(0)) }

  /// Packs flags and node, each of which must fit in 16 bits.
  @inline(__always)
  init(flags: RegionFlags, node: NodeID) {
    bits =
      UInt32(UInt16(truncatingIfNeeded: flags.rawValue)) << 16
      | UInt32(UInt16(truncatingIfNeeded: node.value))
  }

  /// Packs flags and node as a caller gave them.
  @inline(__always)
  init(checking flags: RegionFlags, _ node: NodeID) throws(MemblockError) {
    guard flags.rawValue <= 0x3f else { throw .invalidFlags(flags) }
    guard node.value >= -1, node.value <= NodeID.maximumCount else { throw .invalidNode(node) }
    self.init(flags: flags, node: node)
  }

  @inline(__always)
  var flags: RegionFlags {
    get { RegionFlags(rawValue: bits >> 16) }
    set { self = RegionAttributes(flags: newValue, node: node) }
  }

  @inline(__always)
  var node: NodeID {
    get { NodeID(Int32(Int16(truncatingIfNeeded: bits))) }
    set { self = RegionAttributes(flags: flags, node: newValue) }
  }
}
