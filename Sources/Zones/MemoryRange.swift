public import Addressing

/// Whole frames of memory on one node, as memblock had them: one of Linux's
/// "Early memory node ranges".
public struct MemoryRange: AnyBitPattern, Sendable {
  var start: UInt64
  var end: UInt64

  /// The node's place among the nodes that have memory, counted from 0.
  var nodeIndex: UInt32
  var flags: UInt32

  /// The frames.
  public var frames: Range<PageFrameNumber> { PageFrameNumber(start)..<PageFrameNumber(end) }

  /// Set in `flags` where the memory may be unplugged.
  static var hotPluggable: UInt32 { 1 }

  /// Set in `flags` where the memory is mirrored.
  static var mirrored: UInt32 { 2 }

  func has(_ flag: UInt32) -> Bool { flags & flag != 0 }
}

/// What a node has in one of its zones, in frames.
public struct ZoneExtent: AnyBitPattern, Equatable, Sendable {
  /// The zone's first frame; 0 where the zone is empty.
  public var start = PageFrameNumber(0)

  /// From the zone's first frame to its last, holes included.
  public var spanned: UInt64 = 0

  /// The frames of memory in the zone, reserved ones included.
  public var present: UInt64 = 0
}

/// A node that has memory.
public struct NodeLayout: AnyBitPattern, Sendable {
  var number: UInt32

  /// The node's memory lies from here…
  var start: UInt64

  /// …up to and not including here; other nodes' memory may lie between.
  var end: UInt64

  /// Where zone Movable starts; 0 where the node has none.
  var movableStart: UInt64

  private var recordsAddress: UInt64

  /// The physical address of the node's records; 0 until they have a place.
  public internal(set) var records: PhysicalAddress {
    get { PhysicalAddress(recordsAddress) }
    set { recordsAddress = newValue.value }
  }

  var zones: InlineArray<4, ZoneExtent>

  init(number: UInt32) {
    self.number = number
    start = .max
    end = 0
    movableStart = 0
    recordsAddress = 0
    zones = InlineArray(repeating: ZoneExtent())
  }

  /// The node.
  public var node: NodeID { NodeID(Int32(bitPattern: number)) }

  /// The physical addresses from the node's first frame of memory to its last; other nodes' memory
  /// may lie between.
  public var range: AddressRange {
    AddressRange(from: PageFrameNumber(start).start, to: PageFrameNumber(end).start)
  }

  /// What the node has in its zone of that kind.
  public subscript(kind: ZoneKind) -> ZoneExtent { zones[kind.rawValue] }

  /// The frames of memory on the node.
  public var present: UInt64 {
    var sum: UInt64 = 0
    for kind in 0..<ZoneKind.count { sum += zones[kind].present }
    return sum
  }
}
