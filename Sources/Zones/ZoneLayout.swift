public import Addressing

/// Which memory belongs to which node and zone: what Linux works out in `free_area_init`.
///
/// The layout is computed from memblock's `memory` once all nodes and flags are set, and keeps
/// its tables in memory that the caller gives it, sized for the machine; it needs memblock no
/// more after that.
public struct ZoneLayout: Sendable {
  /// The nodes that have memory, in the order of their numbers.
  package let nodes: PhysicalTable<NodeLayout>

  /// All memory in whole frames, by address.
  let ranges: PhysicalTable<MemoryRange>

  /// The neighbouring frames of one zone, by address; the first `pieceCount` of the table.
  package let pieces: PhysicalTable<Piece>
  package internal(set) var pieceCount = 0

  /// For the kinds other than Movable, the frame at which memory of that kind ends; the next
  /// kind starts there.
  var ends = InlineArray<3, UInt64>(repeating: 0)

  /// The largest order that the allocator will have: it decides how records are aligned.
  public let maximumOrder: Int

  /// What the command line says about zone Movable.
  public let options: MovableOptions

  /// What is worth a warning about zone Movable.
  public internal(set) var movableWarning: MovableWarning?

  /// The largest order where nothing else is asked for: 4 MiB, as in Linux.
  public static var defaultMaximumOrder: Int { 10 }

  /// The largest maximum order that can be asked for: 1 GiB.
  public static var largestMaximumOrder: Int { 18 }

  /// Says where a node's records are to be. The memory may hold anything.
  public func placeRecords(ofNode index: Int, at address: PhysicalAddress) {
    nodes[index].records = address
  }

  /// The number of nodes that have memory.
  public var nodeCount: Int { nodes.count }

  /// The number of early memory node ranges.
  public var rangeCount: Int { ranges.count }

  /// The node at `index` among those that have memory.
  public func node(_ index: Int) -> NodeLayout { nodes[index] }

  /// The memory range at `index`, by address.
  public func range(_ index: Int) -> MemoryRange { ranges[index] }

  /// The frames of memory in all.
  public var present: UInt64 {
    var sum: UInt64 = 0
    for index in 0..<nodes.count { sum += nodes[index].present }
    return sum
  }

  /// The frame at which memory of that kind may start.
  func start(of kind: ZoneKind) -> UInt64 {
    kind == .dma ? min(ranges[0].start, ends[0]) : ends[kind.rawValue - 1]
  }

  /// The kind whose upper part becomes Movable: the highest that has room.
  var kindBelowMovable: ZoneKind {
    if ends[2] > ends[1] { return .normal }
    return ends[1] > ends[0] ? .dma32 : .dma
  }

  /// The kind of zone that a frame of a range belongs to.
  func kind(of frame: UInt64, in range: MemoryRange) -> ZoneKind {
    let movableStart = nodes[Int(range.nodeIndex)].movableStart
    let staysPut = options.isKernelCoreMirrored && range.has(MemoryRange.mirrored)
    if movableStart != 0, frame >= movableStart, !staysPut { return .movable }
    if frame < ends[0] { return .dma }
    return frame < ends[1] ? .dma32 : .normal
  }

  /// The frame at which the zone of the frame before it ends, within a range.
  func endOfKind(after frame: UInt64, in range: MemoryRange) -> UInt64 {
    let kind = kind(of: frame, in: range)
    var end = range.end
    if kind == .dma || kind == .dma32 { end = min(end, ends[kind.rawValue]) }
    let movableStart = nodes[Int(range.nodeIndex)].movableStart
    let staysPut = options.isKernelCoreMirrored && range.has(MemoryRange.mirrored)
    if movableStart > frame, !staysPut { end = min(end, movableStart) }
    return end
  }
}

/// What a command line asks of zone Movable that the machine can't give.
public enum MovableWarning: Sendable {
  /// `kernelcore=mirror`, and no memory is mirrored.
  case noMirror

  /// `kernelcore=mirror`, and memory below 4 GiB is not mirrored.
  case notMirroredBelow4GiB

  /// Writes the warning as a line.
  public func write(to sink: inout some TextSink & ~Copyable) {
    switch self {
    case .noMirror:
      sink.write("kernelcore=mirror is ignored: the machine has no mirrored memory\n")
    case .notMirroredBelow4GiB:
      sink.write("kernelcore=mirror: memory below 4 GiB is not mirrored and holds the kernel\n")
    }
  }
}
