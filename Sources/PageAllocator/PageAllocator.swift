public import Addressing
public import Zones

/// The allocator of page frames: nodes with zones, a buddy allocator in each zone, a cache of
/// single frames for each processor.
///
/// It is made from a `ZoneLayout`, with every frame reserved; memblock's `freeAll` then
/// releases the free ones. All operations may be called from several processors at once, and
/// from interrupt handlers, given the hooks for it.
///
/// A block's order is known from its frames' states, so that a free that does not match an
/// allocation is an error, and changes nothing.
///
/// The value is a handle of one word: copies of it name the same allocator.
public struct PageAllocator: Sendable {
  /// The largest order where nothing else is asked for: 4 MiB, as in Linux.
  public static var defaultMaximumOrder: Int { ZoneLayout.defaultMaximumOrder }

  /// The largest maximum order that can be asked for: 1 GiB.
  public static var largestMaximumOrder: Int { ZoneLayout.largestMaximumOrder }

  let state: PhysicalReference<AllocatorState>

  /// The layout that the allocator was made from.
  public var layout: ZoneLayout { state.object.layout }

  /// Where frames are filled with zeros or poison.
  public var window: PhysicalMemoryWindow { state.object.window }

  /// Whether freed frames are filled with poison and looked at when they are allocated.
  public var poisonsFreeFrames: Bool { state.object.poisonsFreeFrames }

  /// The number of processors that may allocate.
  public var processorCount: Int { state.object.caches.count }

  /// Whether `tearDown` has been called.
  public var isTornDown: Bool { state.object.isTornDown }

  /// Ends all service: every later call is an error. Memory stays as it is.
  ///
  /// No other processor may be using the allocator at the time.
  public func tearDown() {
    drainCaches()
    state.object.isTornDown = true
    state.object.endFrame = 0
    state.object.isAlone = false
    state.object.recentPlace = .max
    // What the short ways begin with.
    for zone in 0..<zones.count { zones[zone].run = .empty(of: zones[zone].chunks) }
  }
}

/// What the handle stands for.
struct AllocatorState: ~Copyable {
  /// Whether there is one processor, no interrupt to keep out, and no poison to look at: the
  /// short ways in and out are open. They don't ask, because where they are not open the cache,
  /// the place and the run that they begin with are empty.
  var isAlone: Bool

  /// The cache of the only processor; one that stays empty where there are more.
  let loneCache: PhysicalReference<ProcessorCache>

  /// The zone that the last block came from, and the requests that it is the first choice for.
  var recentPlace = UInt64.max
  var recentZone: PhysicalReference<Zone>

  /// The zone that the last block was freed to; its run has the chunk.
  var freedZone: PhysicalReference<Zone>

  /// Whether several processors allocate, so that locks are needed.
  let isShared: Bool

  /// Whether the allocator's service has ended.
  var isTornDown = false

  let poisonsFreeFrames: Bool

  let caches: PhysicalTable<ProcessorCache>

  /// All zones: those of node index i start at i × `ZoneKind.count`.
  let zones: PhysicalTable<Zone>
  let locks: PhysicalTable<SpinLock>

  /// The frame past the last that any piece has; 0 once service has ended.
  var endFrame: UInt64

  /// For each part of the address space, the first piece that may hold a frame of it.
  let firstPieces: PhysicalTable<UInt16>
  let partShift: UInt64

  let layout: ZoneLayout
  let hooks: ProcessorHooks
  let window: PhysicalMemoryWindow

  /// For each node number, the indices of all nodes with memory by their distance.
  let fallback: PhysicalTable<UInt16>

  /// The parts into which the address space is divided to find a frame's piece.
  static var partCount: Int { 1024 }
}

/// Short names for the parts of the state.
extension PageAllocator {
  var zones: PhysicalTable<Zone> { state.object.zones }
  var locks: PhysicalTable<SpinLock> { state.object.locks }
  var caches: PhysicalTable<ProcessorCache> { state.object.caches }
  var pieces: PhysicalTable<Piece> { state.object.layout.pieces }
  var nodes: PhysicalTable<NodeLayout> { state.object.layout.nodes }
  var hooks: ProcessorHooks { state.object.hooks }
  var isShared: Bool { state.object.isShared }

  /// The number of the processor that this runs on, with interrupts disabled.
  @inline(__always)
  var currentProcessor: Int {
    state.object.isShared ? state.object.hooks.currentProcessor?() ?? 0 : 0
  }

  /// Runs `body` on a zone, with its lock held.
  @inline(__always)
  func withZone<Result, Failure: Error>(
    _ zone: Int, _ body: (inout Zone) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if isShared { locks[zone].acquire() }
    defer { if isShared { locks[zone].release() } }
    return try body(&zones[zone])
  }

  /// Runs `body` with interrupts disabled and, where there are several processors, with `lock`
  /// held: for what is built on the allocator and needs the same care.
  public func exclusively<Result, Failure: Error>(
    holding lock: borrowing SpinLock, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withoutInterrupts { () throws(Failure) in
      if isShared { lock.acquire() }
      defer { if isShared { lock.release() } }
      return try body()
    }
  }

  /// Runs `body` with interrupts disabled.
  @inline(__always)
  func withoutInterrupts<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let interrupts = state.object.hooks.disable()
    defer { state.object.hooks.restore(interrupts) }
    return try body()
  }

  /// The index of the piece that has a frame; `nil` where none has. O(1) where there are fewer
  /// pieces than parts.
  @inline(__always)
  func piece(of frame: UInt64) -> Int? {
    guard frame < state.object.endFrame else { return nil }
    let part = Int(truncatingIfNeeded: frame &>> state.object.partShift)
    var piece = Int(state.object.firstPieces[part])
    while pieces[piece].end <= frame { piece &+= 1 }
    return pieces[piece].start <= frame ? piece : nil
  }
}
