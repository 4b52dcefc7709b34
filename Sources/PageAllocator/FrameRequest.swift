public import Addressing
public import Zones

/// What kind of block is wanted.
public struct FrameRequest: Equatable, Sendable {
  /// The base-2 logarithm of the number of frames.
  public var order: Int

  /// Everything else, in one word that can be compared at once: the node in the upper half,
  /// below it the flags and the zone.
  @usableFromInline var bits: UInt64

  @usableFromInline static var zeroedBit: UInt64 { 0x100 }
  @usableFromInline static var exactBit: UInt64 { 0x80 }
  @usableFromInline static var zoneMask: UInt64 { 0x7f }

  /// Makes a request; without arguments, for one frame of any zone but Movable.
  ///
  /// - Parameters:
  ///   - order: The base-2 logarithm of the number of frames.
  ///   - node: The node to look on first; `.none` for the lowest.
  ///   - isNodeExact: Whether only that node will do.
  ///   - highestZone: The zone of the most sought-after frames that will do: it is tried first.
  ///   - isZeroed: Whether the frames are to be filled with zeros.
  @inlinable
  public init(
    order: Int = 0, node: NodeID = .none, isNodeExact: Bool = false,
    highestZone: ZoneKind = .normal, isZeroed: Bool = false
  ) {
    self.order = order
    bits =
      UInt64(UInt32(bitPattern: node.value)) << 32 | UInt64(highestZone.rawValue)
      | (isNodeExact ? Self.exactBit : 0) | (isZeroed ? Self.zeroedBit : 0)
  }

  /// The node to look on first; `.none` for the lowest.
  public var node: NodeID { NodeID(Int32(truncatingIfNeeded: Int64(bitPattern: bits) >> 32)) }

  /// The zone of the most sought-after frames that will do.
  public var highestZone: ZoneKind { ZoneKind.all[Int(bits & Self.zoneMask)] }

  /// Whether only `node` will do.
  public var isNodeExact: Bool { bits & Self.exactBit != 0 }

  /// Whether the frames are to be filled with zeros.
  public var isZeroed: Bool { bits & Self.zeroedBit != 0 }

  /// What decides on the zone that is tried first.
  @inline(__always)
  var place: UInt64 { bits & ~Self.zeroedBit }
}
