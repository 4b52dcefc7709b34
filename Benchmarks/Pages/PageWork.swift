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

  private static func fill(_ pages: SharedPages) -> Workload.Run {
    var frames = [PageFrameNumber](repeating: PageFrameNumber(0), count: frameCount)
    return Workload.Run(
      operations: frameCount,
      body: {
        // A local array: what a closure captures is checked for exclusive access each time.
        var taken = exchange(&frames, with: [])
        for index in 0..<frameCount { taken[index] = pages.allocate(order: 0) }
        frames = taken
      },
      result: { UInt64(Set(frames).count) })
  }

  private static func free(_ pages: SharedPages) -> Workload.Run {
    var frames = (0..<frameCount).map { _ in pages.allocate(order: 0) }
    var random = Xorshift()
    for index in (1..<frameCount).reversed() {
      frames.swapAt(index, Int(random.next() % UInt64(index + 1)))
    }
    return Workload.Run(
      operations: frameCount,
      body: { for frame in frames { pages.free(frame, order: 0) } },
      result: { pages.pages.freeFrames + pages.pages.cachedFrames })
  }

  private static func pingPong(_ pages: SharedPages, order: Int) -> Workload.Run {
    let pairs = 200_000
    return Workload.Run(
      operations: pairs,
      body: {
        for _ in 0..<pairs { pages.free(pages.allocate(order: order), order: order) }
      },
      result: { pages.pages.freeFrames + pages.pages.cachedFrames })
  }

  private static func mixed(_ pages: SharedPages) -> Workload.Run {
    let steps = 1_000_000
    let slotCount = 20_000
    let orders = [0, 0, 0, 0, 1, 2, 3, 4]
    var allSlots = [(frame: PageFrameNumber, order: Int)](
      repeating: (PageFrameNumber(0), -1), count: slotCount)
    return Workload.Run(
      operations: steps,
      body: {
        var random = Xorshift()
        var slots = exchange(&allSlots, with: [])
        for _ in 0..<steps {
          let slot = Int(truncatingIfNeeded: random.next() % UInt64(slotCount))
          if slots[slot].order >= 0 {
            pages.free(slots[slot].frame, order: slots[slot].order)
            slots[slot].order = -1
          } else {
            let order = orders[Int(truncatingIfNeeded: random.next() & 7)]
            slots[slot] = (pages.allocate(order: order), order)
          }
        }
        allSlots = slots
      },
      result: { UInt64(allSlots.count { $0.order >= 0 }) })
  }
}
