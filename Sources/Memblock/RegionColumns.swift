import Addressing

/// Where a region lies: from `base`, up to and not including `end`. 16 bytes.
@frozen @usableFromInline
struct Extent: Equatable, BitwiseCopyable, Sendable {
  @usableFromInline var base: UInt64
  @usableFromInline var end: UInt64

  @inlinable @inline(__always)
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

  /// What both cover, where they share a byte.
  @inlinable @inline(__always)
  func intersection(_ other: Extent) -> Extent {
    Extent(base: max(base, other.base), end: min(end, other.end))
  }

  /// Whether both share a byte.
  @inline(__always)
  func overlaps(_ other: Extent) -> Bool {
    max(base, other.base) < min(end, other.end)
  }

  @inline(__always)
  var range: AddressRange {
    AddressRange(from: PhysicalAddress(base), to: PhysicalAddress(end))
  }
}

/// What a region is beside its extent, in 4 bytes: two regions that touch merge when these are
/// equal.
@frozen @usableFromInline
struct RegionAttributes: Equatable, BitwiseCopyable, Sendable {
  @usableFromInline var bits: UInt32

  /// Takes the attributes as they are packed.
  @inlinable @inline(__always)
  init(bits: UInt32) {
    self.bits = bits
  }

  /// The attributes of a region that nobody has said anything about.
  static var plain: RegionAttributes { RegionAttributes(flags: .none, node: .unset) }

  /// Packs flags and node, each of which must fit in 16 bits.
  @inlinable @inline(__always)
  init(flags: RegionFlags, node: NodeID) {
    bits =
      UInt32(UInt16(truncatingIfNeeded: flags.rawValue)) << 16
      | UInt32(UInt16(truncatingIfNeeded: node.value))
  }

  /// Packs flags and node as a caller gave them.
  @inline(__always)
  init(checking flags: RegionFlags, _ node: NodeID) throws(MemblockError) {
    guard flags.rawValue <= 0xff else { throw .invalidFlags(flags) }
    guard node.value >= -1, node.value <= NodeID.maximumCount else { throw .invalidNode(node) }
    self.init(flags: flags, node: node)
  }

  @inlinable @inline(__always)
  var flags: RegionFlags {
    RegionFlags(rawValue: bits >> 16)
  }

  @inlinable @inline(__always)
  var node: NodeID {
    NodeID(Int32(Int16(truncatingIfNeeded: bits)))
  }
}
