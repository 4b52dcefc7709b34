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

  /// The frames of 1 GiB.
  static let frameCount = 262_144

  var name: String {
    switch self {
    case .fill: "fill"
    case .free: "free"
    case .pingPong(let order): "ping-pong \(order)"
    case .mixed: "mixed"
    }
  }

  /// Gets the work ready on an allocator in which everything is free.
  func prepare(_ pages: SharedPages) -> Workload.Run {
    switch self {
    case .fill: Self.fill(pages)
    case .free: Self.free(pages)
    case .pingPong(let order): Self.pingPong(pages, order: order)
    case .mixed: Self.mixed(pages)
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

  private static func free(_ shared: SharedPages) -> Workload.Run {
    var frames: [PageFrameNumber] = []
    shared.use { (pages) throws(AllocationError) in
      for _ in 0..<frameCount { frames.append(try pages.allocate()) }
    }
    var random = Xorshift()
    for index in (1..<frameCount).reversed() {
      frames.swapAt(index, Int(random.next() % UInt64(index + 1)))
    }
    let shuffled = frames
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
    let steps = 1_000_000
    let slotCount = 20_000
    // The order, or −1 where the slot has no block.
    var slots = [(frame: PageFrameNumber, order: Int)](
      repeating: (PageFrameNumber(0), -1), count: slotCount)
    return Workload.Run(
      operations: steps,
      body: {
        var local = exchange(&slots, with: [])
        shared.use { (pages) throws in
          var random = Xorshift()
          var span = local.mutableSpan
          for _ in 0..<steps {
            let slot = Int(truncatingIfNeeded: random.next() % UInt64(slotCount))
            if span[slot].order >= 0 {
              try pages.free(span[slot].frame, order: span[slot].order)
              span[slot].order = -1
            } else {
              // Orders 0, 0, 0, 0, 1, 2, 3, 4.
              let order = max(0, Int(truncatingIfNeeded: random.next() & 7) - 3)
              span[slot] = (try pages.allocate(FrameRequest(order: order)), order)
            }
          }
        }
        slots = local
      },
      result: { UInt64(slots.count { $0.order >= 0 }) })
  }
}
