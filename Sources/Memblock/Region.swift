public import Addressing

/// One entry of a table: a run of physical memory with one set of flags on one node.
///
/// Linux's `struct memblock_region`.
@frozen
public struct Region: Hashable, Sendable, BitwiseCopyable {
  /// The address of the first byte.
  public var base: PhysicalAddress

  /// The length in bytes; never 0 for an entry of a table.
  public var size: UInt64

  /// What is special about this memory.
  public var flags: RegionFlags

  /// The NUMA node; `.unset` where nobody has set one.
  public var node: NodeID

  /// Makes a region of `size` bytes at `base`.
  @inlinable
  public init(
    base: PhysicalAddress, size: UInt64, flags: RegionFlags = .none, node: NodeID = .unset
  ) {
    self.base = base
    self.size = size
    self.flags = flags
    self.node = node
  }

  /// The bytes that the region covers.
  @inlinable public var range: AddressRange { AddressRange(at: base, size: size) }
}

extension NodeID {
  /// The node of a region to which nobody has given one: Linux's `MAX_NUMNODES`.
  ///
  /// This is not `.none`: `set_node` can store `.none` too, and regions that differ in it do
  /// not merge.
  @inlinable public static var unset: NodeID { NodeID(Int32(NodeID.maximumCount)) }

  /// Whether this is the number of a node: Linux's `numa_valid_node`.
  @inlinable public var isValid: Bool { value >= 0 && value < Int32(NodeID.maximumCount) }
}
