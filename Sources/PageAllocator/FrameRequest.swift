public import Addressing

/// What kind of block is wanted.
public struct FrameRequest: Equatable, Sendable {
  /// The base-2 logarithm of the number of frames.
  public var order: Int

  /// The node to look on first; `.none` for that of the processor that asks.
  public var node: NodeID

  /// The zone of the most sought-after frames that will do: others up to it are tried first.
  public var highestZone: ZoneKind

  /// Whether only `node` will do.
  public var isNodeExact: Bool

  /// Whether the frames are to be filled with zeros.
  public var isZeroed: Bool

  /// Makes a request; without arguments, for one frame of any zone but Movable.
  public init(
    order: Int = 0, node: NodeID = .none, isNodeExact: Bool = false,
    highestZone: ZoneKind = .normal, isZeroed: Bool = false
  ) {
    self.order = order
    self.node = node
    self.highestZone = highestZone
    self.isNodeExact = isNodeExact
    self.isZeroed = isZeroed
  }

  /// What decides on the zone that is tried first.
  @inline(__always)
  var place: UInt64 {
    UInt64(UInt32(bitPattern: node.value)) &<< 8 | UInt64(highestZone.rawValue)
      | (isNodeExact ? 0x80 : 0)
  }
}
