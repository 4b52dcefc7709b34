public import Addressing

/// An allocation as somebody has asked for it.
public struct AllocationRequest: Sendable {
  /// The bytes wanted.
  public var size: UInt64

  /// What the address must be a multiple of; 0 means a cache line, 64 bytes. Linux doesn't ask
  /// for a power of two, but rounds as if it were one; so does this.
  public var alignment: UInt64

  /// Nothing below here is given. Address 0 and the first page never are.
  public var minimum: PhysicalAddress

  /// Nothing at or above here is given; `nil` stands for the current limit.
  public var maximum: PhysicalAddress?

  /// The node to take memory from, `.none` for any.
  public var node: NodeID

  /// Whether failing beats taking memory of another node.
  public var isNodeExact: Bool

  /// Makes a request.
  public init(
    size: UInt64, alignment: UInt64, minimum: PhysicalAddress = .zero,
    maximum: PhysicalAddress? = nil, node: NodeID = .none, isNodeExact: Bool = false
  ) {
    self.size = size
    self.alignment = alignment
    self.minimum = minimum
    self.maximum = maximum
    self.node = node
    self.isNodeExact = isNodeExact
  }
}
