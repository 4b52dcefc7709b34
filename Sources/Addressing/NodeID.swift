/// The number of a NUMA node, counted from 0 as Linux counts them, or `.none`.
@frozen
public struct NodeID: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The node's number; −1 for `.none`.
  public var value: Int32

  /// Makes the identifier of the node with that number.
  @inlinable
  public init(_ value: Int32) {
    self.value = value
  }

  /// No node in particular: Linux's `NUMA_NO_NODE`.
  @inlinable public static var none: NodeID { NodeID(-1) }

  /// How many nodes there can be: Linux's `MAX_NUMNODES` on x86-64.
  @inlinable public static var maximumCount: Int { 1024 }

  /// Whether `left` lies below `right`.
  @inlinable
  public static func < (left: NodeID, right: NodeID) -> Bool {
    left.value < right.value
  }
}
