import Addressing
import PageAllocator

/// What memory looks like after ten million steps: orders 0 to 10, mostly small; lifetimes short,
/// long and for ever; another mix every million steps. The same trace on a textbook buddy.
struct Ageing {
  /// 16 GiB.
  static let order = 22
  static let steps = 10_000_000

  /// How much of the free memory can be had as blocks of an order, in hundredths.
  struct Shares {
    var of2MiB = 0.0
    var of4MiB = 0.0
    var of1GiB = 0.0

    /// From the number of free blocks of each order.
    init(_ counts: [Int]) {
      let total = counts.indices.reduce(0) { $0 + counts[$1] << $1 }
      func share(_ order: Int) -> Double {
        let frames = counts.indices.reduce(0) { $1 < order ? $0 : $0 + counts[$1] << $1 }
        return 100 * Double(frames) / Double(max(total, 1))
      }
      of2MiB = share(9)
      of4MiB = share(10)
      of1GiB = share(18)
    }
  }

  /// Ages an allocator and returns its shares, and the frames in the way of the best 2 MiB.
  ///
  /// - Parameter use: The part of memory that is kept in use, in hundredths.
  static func run(
    use: Int, allocate: (Int) -> Int?, free: (Int, Int) -> Void, counts: () -> [Int]
  ) -> (shares: Shares, inTheWay: Int) {
    var random = Xorshift()
    // Blocks that will be freed, by the step at which that is; those for ever are in none.
    var ends: [[(frame: Int, order: Int)]] = Array(repeating: [], count: 1 << 16)
    var longLived: [(frame: Int, order: Int)] = []
    var used = [UInt16](repeating: 0, count: 1 << (order - 9))
    var inUse = 0
    let target = (1 << order) / 100 * use
    func note(_ frame: Int, _ order: Int, _ sign: Int) {
      inUse += sign << order
      for candidate in frame >> 9..<max(frame >> 9 + 1, (frame + 1 << order) >> 9) {
        used[candidate] = UInt16(Int(used[candidate]) + sign * min(512, 1 << order))
      }
    }
    func give(_ block: (frame: Int, order: Int)) {
      note(block.frame, block.order, -1)
      free(block.frame, block.order)
    }
    for step in 0..<steps {
      let due = step & (1 << 16 - 1)
      for block in ends[due] { give(block) }
      ends[due].removeAll(keepingCapacity: true)
      // Above the target a long-lived block goes for each that comes.
      while inUse > target, !longLived.isEmpty {
        longLived.swapAt(Int(random.next() % UInt64(longLived.count)), longLived.count - 1)
        give(longLived.removeLast())
      }
      // Each order about half as often as the one below; the mix leans to larger ones with time.
      let phase = step / 1_000_000
      let lean = phase % 3
      var size = min(10, (random.next() | 1 << 40).trailingZeroBitCount)
      if lean > 0, random.next() % 8 == 0 { size = min(10, size + 3 * lean) }
      guard inUse + 1 << size <= 1 << order, let frame = allocate(size) else { continue }
      note(frame, size, 1)
      switch random.next() % 100 {
      case 0..<60:
        ends[(step + 1 + Int(random.next() % 1000)) & (1 << 16 - 1)].append((frame, size))
      case 60..<99 where longLived.count < 4_000_000: longLived.append((frame, size))
      default:
        // For ever, while the mix is the first one.
        if phase == 0 { continue }
        longLived.append((frame, size))
      }
    }
    let best = used.filter { $0 > 0 && $0 < 512 }.min() ?? 0
    return (Shares(counts()), Int(best))
  }

  /// The figures for this allocator and the textbook's, at each level of use.
  static func figures() -> [Figure] {
    [50, 75, 90].flatMap { use -> [Figure] in
      let textbook = TextbookBuddy(order: order)
      let other = run(
        use: use, allocate: { textbook.allocate($0) }, free: { textbook.free($0, $1) },
        counts: { textbook.counts })
      let shared = SharedPages(PageMachine(gigabytes: 16, maximumOrder: 18))
      let base = 1 << 20
      let here = run(
        use: use,
        allocate: { order in
          (try? shared.pages.allocate(FrameRequest(order: order))).map { Int($0.value) - base }
        },
        free: { frame, order in
          shared.use { (pages) throws(FreeError) in
            try pages.free(PageFrameNumber(UInt64(frame + base)), order: order)
          }
        },
        counts: {
          shared.pages.drainCaches()
          let counts = shared.pages.freeBlocks(ofNode: 0, .normal)
          return (0...18).map { Int(counts[$0]) }
        })
      func figure(_ name: String, _ here: Double, _ other: Double, isMoreBetter: Bool) -> Figure {
        Figure(
          name: "pages: aged at \(use) %: \(name)", value: here,
          text: "\(number(here)), textbook \(number(other))",
          isReached: isMoreBetter ? here >= other - 0.05 : here <= other)
      }
      return [
        figure("% free as 2 MiB", here.shares.of2MiB, other.shares.of2MiB, isMoreBetter: true),
        figure("% free as 4 MiB", here.shares.of4MiB, other.shares.of4MiB, isMoreBetter: true),
        figure("% free as 1 GiB", here.shares.of1GiB, other.shares.of1GiB, isMoreBetter: true),
        figure(
          "frames in the way of the best 2 MiB", Double(here.inTheWay), Double(other.inTheWay),
          isMoreBetter: false),
      ]
    }
  }
}
