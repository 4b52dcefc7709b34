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
    // What the short ways begin with.
    for processor in 0..<caches.count { caches[processor].recentPlace = .max }
    for zone in 0..<zones.count { zones[zone].run = .empty(of: zones[zone].chunks) }
  }
}

/// What the handle stands for.
struct AllocatorState: ~Copyable {
  /// Whether there is neither another processor nor an interrupt to keep out.
  let isAlone: Bool

  /// The only processor's cache, which need not be locked; one that stays empty where there is
  /// somebody to keep out.
  let loneCache: PhysicalReference<ProcessorCache>

  /// The hooks, or functions that do nothing.
  let disableInterrupts: @convention(c) () -> UInt
  let restoreInterrupts: @convention(c) (UInt) -> Void
  let currentProcessor: @convention(c) () -> Int

  /// Whether the allocator's service has ended.
  var isTornDown = false

  let poisonsFreeFrames: Bool

  let caches: PhysicalTable<ProcessorCache>

  /// All zones: those of node index i start at i × `ZoneKind.count`.
  let zones: PhysicalTable<Zone>

  /// The frame past the last that any piece has; 0 once service has ended.
  var endFrame: UInt64

  /// For each part of the address space, the first piece that may hold a frame of it.
  let firstPieces: PhysicalTable<UInt16>
  let partShift: UInt64

  let layout: ZoneLayout
  let window: PhysicalMemoryWindow

  /// For each node number, the indices of all nodes with memory by their distance.
  let fallback: PhysicalTable<UInt16>

  /// The parts into which the address space is divided to find a frame's piece.
  static var partCount: Int { 1024 }
}

/// Short names for the parts of the state.
extension PageAllocator {
  var zones: PhysicalTable<Zone> { state.object.zones }
  var caches: PhysicalTable<ProcessorCache> { state.object.caches }
  var pieces: PhysicalTable<Piece> { state.object.layout.pieces }
  var nodes: PhysicalTable<NodeLayout> { state.object.layout.nodes }

  /// Runs `body` on a zone, with interrupts disabled and its lock held.
  @inline(__always)
  func withZone<Result, Failure: Error>(
    _ zone: Int, _ body: (inout Zone) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try with(zones.reference(to: zone), body)
  }

  /// Runs `body` on a zone, with interrupts disabled and its lock held, unless there is nobody to
  /// keep out.
  @inline(__always)
  func with<Result, Failure: Error>(
    _ zone: PhysicalReference<Zone>, _ body: (inout Zone) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    state.object.isAlone ? try body(&zone.object) : try withLocked(zone, body)
  }

  /// Runs `body` on a zone where there is somebody to keep out.
  @inline(__always)
  func withLocked<Result, Failure: Error>(
    _ zone: PhysicalReference<Zone>, _ body: (inout Zone) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let interrupts = state.object.disableInterrupts()
    zone.object.lock.acquire()
    defer {
      zone.object.lock.release()
      state.object.restoreInterrupts(interrupts)
    }
    return try body(&zone.object)
  }

  /// Runs `body` with interrupts disabled and with `lock` held, unless there is nobody to keep out:
  /// for what is built on the allocator and needs the same care.
  public func exclusively<Result, Failure: Error>(
    holding lock: borrowing SpinLock, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if state.object.isAlone { return try body() }
    let interrupts = state.object.disableInterrupts()
    lock.acquire()
    defer {
      lock.release()
      state.object.restoreInterrupts(interrupts)
    }
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
