public import Addressing

/// The allocator of page frames: nodes with zones, a buddy allocator in each zone, a cache of
/// single frames for each processor.
///
/// It is made from a `ZoneLayout`, with every frame reserved; memblock's `freeAll` then
/// releases the free ones through a `FrameReleaser`. All operations may be called from several
/// processors at once, and from interrupt handlers, given the hooks for it.
///
/// A block's order is known from its frames' states, so that a free that does not match an
/// allocation is an error, and changes nothing.
public struct PageAllocator: ~Copyable, Sendable {
  /// The largest order where nothing else is asked for: 4 MiB, as in Linux.
  public static var defaultMaximumOrder: Int { 10 }

  /// The largest maximum order that can be asked for: 1 GiB.
  public static var largestMaximumOrder: Int { 18 }

  /// The layout that the allocator was made from.
  public let layout: ZoneLayout

  /// Where frames are filled with zeros or poison.
  public let window: PhysicalMemoryWindow

  /// Whether freed frames are filled with poison and looked at when they are allocated.
  public let poisonsFreeFrames: Bool

  let hooks: ProcessorHooks

  /// Whether several processors allocate, so that locks are needed.
  let isShared: Bool

  /// All zones: those of node index i start at i × `ZoneKind.count`.
  let zones: PhysicalTable<Zone>
  let locks: PhysicalTable<SpinLock>
  let caches: PhysicalTable<ProcessorCache>

  /// For each node number, the indices of all nodes with memory by their distance.
  let fallback: PhysicalTable<UInt16>

  /// For each part of the address space, the first piece that may hold a frame of it.
  let firstPieces: PhysicalTable<UInt16>
  let partShift: UInt64

  /// The frame past the last that any piece has; 0 after `tearDown`.
  var endFrame: UInt64

  /// Whether `tearDown` has been called.
  public private(set) var isTornDown = false

  /// The parts into which the address space is divided to find a frame's piece.
  static var partCount: Int { 1024 }

  /// The number of processors that may allocate.
  public var processorCount: Int { caches.count }

  /// Ends all service: every later call is an error. Memory stays as it is.
  public mutating func tearDown() {
    drainCaches()
    isTornDown = true
    endFrame = 0
  }
}
