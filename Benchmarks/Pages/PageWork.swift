import Addressing
import PageAllocator

/// The kinds of work that page allocators are compared by.
enum PageWork {
  /// Allocates 262,144 single frames: all of a GiB.
  case fill
  /// Frees them in random order.
  case free
  /// Allocates and frees one block of an order, over and over; a pair counts as one operation.
  case pingPong(Int)
  /// 20,000 slots; each step picks one at random and frees its block, or allocates one of
  /// order 0, 0, 0, 0, 1, 2, 3 or 4 for it.
  case mixed
  /// Frees all of a GiB in random order, as another processor than the one that allocated it.
  case freeByAnother

  /// The frames of 1 GiB.
  static let frameCount = 262_144

  var name: String {
    switch self {
    case .fill: "fill"
    case .free: "free"
    case .pingPong(let order): "ping-pong \(order)"
    case .mixed: "mixed"
    case .freeByAnother: "free what another allocated"
    }
  }

  /// Gets the work ready on an allocator in which everything is free.
  func prepare(_ pages: SharedPages) -> Workload.Run {
    switch self {
    case .fill: Self.fill(pages)
    case .free: Self.free(pages)
    case .pingPong(let order): Self.pingPong(pages, order: order)
    case .mixed: Self.mixed(pages)
    case .freeByAnother: Self.free(pages, as: 1)
    }
  }

  private static func fill(_ shared: SharedPages) -> Workload.Run {
    var frames = [PageFrameNumber](repeating: PageFrameNumber(0), count: frameCount)
    return Workload.Run(
      operations: frameCount,
      body: {
        // Local variables: what a closure captures is checked for exclusive access each time.
        var taken = exchange(&frames, with: [])
        shared.use { (pages) throws(AllocationError) in
          var taken = taken.mutableSpan
          for index in taken.indices { taken[index] = try pages.allocate() }
        }
        frames = taken
      },
      result: { UInt64(Set(frames).count) })
  }

  private static func free(_ shared: SharedPages, as processor: Int = 0) -> Workload.Run {
    var frames: [PageFrameNumber] = []
    threadProcessor = 0
    shared.use { (pages) throws(AllocationError) in
      for _ in 0..<frameCount { frames.append(try pages.allocate()) }
    }
    var random = Xorshift()
    for index in (1..<frameCount).reversed() {
      frames.swapAt(index, Int(random.next() % UInt64(index + 1)))
    }
    let shuffled = frames
    threadProcessor = processor
    return Workload.Run(
      operations: frameCount,
      body: {
        shared.use { (pages) throws(FreeError) in
          for frame in shuffled { try pages.free(frame) }
        }
      },
      result: { shared.pages.freeFrames + shared.pages.cachedFrames })
  }

  private static func pingPong(_ shared: SharedPages, order: Int) -> Workload.Run {
    let pairs = 200_000
    return Workload.Run(
      operations: pairs,
      body: {
        shared.use { (pages) throws in
          for _ in 0..<pairs {
            try pages.free(try pages.allocate(FrameRequest(order: order)), order: order)
          }
        }
      },
      result: { shared.pages.freeFrames + shared.pages.cachedFrames })
  }

  private static func mixed(_ shared: SharedPages) -> Workload.Run {
    var slots = MixedSlot.none
    return Workload.Run(
      operations: MixedSlot.steps,
      body: {
        var local = exchange(&slots, with: [])
        shared.use { (pages) throws in
          var random = Xorshift()
          var span = local.mutableSpan
          for _ in 0..<MixedSlot.steps {
            try MixedSlot.step(&span, &random, on: pages)
          }
        }
        slots = local
      },
      result: { UInt64(slots.count { $0.order >= 0 }) })
  }
}

/// One slot of the mixed work: a block, or none.
struct MixedSlot {
  var frame = PageFrameNumber(0)

  /// The block's order; −1 where the slot has none.
  var order = -1

  /// The steps of the mixed work.
  static let steps = 1_000_000

  /// All slots, with no block in them.
  static var none: [MixedSlot] { Array(repeating: MixedSlot(), count: 20_000) }

  /// Picks a slot at random and frees its block, or allocates one for it.
  ///
  /// - Returns: Whether it allocated.
  @inline(__always)
  @discardableResult
  static func step(
    _ slots: inout MutableSpan<MixedSlot>, _ random: inout Xorshift, on pages: PageAllocator
  ) throws -> Bool {
    let slot = Int(truncatingIfNeeded: random.next() % UInt64(truncatingIfNeeded: slots.count))
    if slots[slot].order >= 0 {
      try pages.free(slots[slot].frame, order: slots[slot].order)
      slots[slot].order = -1
      return false
    } else {
      // Orders 0, 0, 0, 0, 1, 2, 3, 4.
      let order = max(0, Int(truncatingIfNeeded: random.next() & 7) - 3)
      slots[slot] = MixedSlot(
        frame: try pages.allocate(FrameRequest(order: order)), order: order)
      return true
    }
  }
}
