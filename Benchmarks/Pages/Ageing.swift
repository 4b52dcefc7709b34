import Addressing
import PageAllocator

/// What memory looks like after ten million steps, here and with a textbook's buddy allocator.
///
/// A step asks for a block of order 0 to 10, mostly a small one, and says how long it is to live:
/// for up to a thousand steps, until memory is wanted, or for ever. Every million steps the sizes
/// are mixed differently. Sizes and lives come from one generator; the frames freed to make room
/// from another, because how much room is needed depends on the allocator.
struct Ageing {
  /// 16 GiB.
  private static let memoryOrder = 22
  private static let steps = 10_000_000

  /// How many memories age, each in its own way. One alone has so few large blocks at 90 % that chance
  /// decides.
  private static let traces = 3

  /// A block that was allocated.
  private struct Block {
    var frame: Int
    var order: Int
  }

  /// How long a block is to live.
  private enum Life {
    case steps(Int)
    case untilMemoryIsWanted
    case forEver
  }

  /// How much memory may be in use, in frames.
  private let target: Int

  /// Blocks that live for some steps, by the step at which they end, modulo 1024.
  private var ending = [[Block]](repeating: [], count: 1024)

  /// Blocks that live until memory is wanted.
  private var longLived: [Block] = []

  /// The frames in use of each 2 MiB.
  private var used = [Int](repeating: 0, count: 1 << (memoryOrder - 9))
  private var inUse = 0

  private var requests: Xorshift
  private var victims: Xorshift

  /// - Parameters:
  ///   - percent: How much memory is kept in use.
  ///   - trace: Which of the traces.
  private init(percent: Int, trace: Int) {
    target = (1 << Self.memoryOrder) / 100 * percent
    requests = Xorshift(sequence: UInt64(trace))
    victims = requests
  }

  /// Ages an allocator.
  private mutating func run(allocate: (Int) -> Int?, free: (Int, Int) -> Void) {
    for step in 0..<Self.steps {
      for block in exchange(&ending[step & 1023], with: []) { give(block, free) }
      while inUse > target, !longLived.isEmpty {
        let index = Int(victims.next() % UInt64(longLived.count))
        longLived.swapAt(index, longLived.count - 1)
        give(longLived.removeLast(), free)
      }
      let (order, life) = next(step / 1_000_000)
      guard inUse + 1 << order <= 1 << Self.memoryOrder, let frame = allocate(order) else {
        continue
      }
      let block = Block(frame: frame, order: order)
      note(block, sign: 1)
      switch life {
      case .steps(let count): ending[(step + count) & 1023].append(block)
      case .untilMemoryIsWanted: longLived.append(block)
      case .forEver: break
      }
    }
  }

  /// The next request: each order half as often as the one below, in two million steps of three
  /// with larger ones strewn in.
  private mutating func next(_ phase: Int) -> (order: Int, life: Life) {
    var order = min(10, requests.next().trailingZeroBitCount)
    let lean = phase % 3
    if requests.next() % 8 == 0 { order = min(10, order + 3 * lean) }
    let kind = requests.next() % 100
    let count = 1 + Int(requests.next() % 1000)
    if kind < 60 { return (order, .steps(count)) }
    // For ever only in the first million, so that memory does not fill with it.
    return (order, kind == 99 && phase == 0 ? .forEver : .untilMemoryIsWanted)
  }

  private mutating func give(_ block: Block, _ free: (Int, Int) -> Void) {
    note(block, sign: -1)
    free(block.frame, block.order)
  }

  private mutating func note(_ block: Block, sign: Int) {
    inUse += sign << block.order
    let first = block.frame >> 9
    for part in first..<first + max(1, (1 << block.order) >> 9) {
      used[part] += sign * min(512, 1 << block.order)
    }
  }

  /// The fewest frames in use of any 2 MiB that is not wholly free.
  private var inTheWay: Int { used.filter { $0 > 0 }.min() ?? 0 }
}

extension Ageing {
  /// What is left of an allocator: the share of its free memory that can be had as blocks of an
  /// order, in hundredths, and the frames in the way of the best 2 MiB that is not free.
  private struct Result {
    /// How many free blocks there are of each order.
    var counts: [Int]
    var inTheWay: Int

    /// What is left of several, together.
    init(_ age: (_ trace: Int) -> Result) {
      self = age(0)
      for trace in 1..<traces {
        let other = age(trace)
        for order in counts.indices { counts[order] += other.counts[order] }
        inTheWay += other.inTheWay
      }
    }

    init(counts: [Int], inTheWay: Int) {
      self.counts = counts
      self.inTheWay = inTheWay
    }

    func share(_ order: Int) -> Double {
      func frames(_ orders: Range<Int>) -> Int { orders.reduce(0) { $0 + counts[$1] << $1 } }
      return 100 * Double(frames(order..<counts.count)) / Double(max(frames(0..<counts.count), 1))
    }
  }

  private static func ageTextbook(percent: Int, trace: Int) -> Result {
    var ageing = Ageing(percent: percent, trace: trace)
    let buddy = TextbookBuddy(order: memoryOrder)
    ageing.run(allocate: { buddy.allocate($0) }, free: { buddy.free($0, $1) })
    return Result(counts: buddy.counts, inTheWay: ageing.inTheWay)
  }

  private static func ageHere(percent: Int, trace: Int) -> Result {
    var ageing = Ageing(percent: percent, trace: trace)
    let machine = PageMachine(
      gigabytes: 16, processors: 2, maximumOrder: TextbookBuddy.largestOrder)
    let shared = SharedPages(machine)
    let first = Int(machine.memory.start.value >> PageFrameNumber.shift)
    ageing.run(
      allocate: { order in
        (try? shared.pages.allocate(FrameRequest(order: order))).map { Int($0.value) - first }
      },
      free: { frame, order in
        shared.use { (pages) throws(FreeError) in
          try pages.free(PageFrameNumber(UInt64(frame + first)), order: order)
        }
      })
    shared.pages.drainCaches()
    let counts = shared.pages.freeBlocks(ofNode: 0, .normal)
    return Result(
      counts: (0...TextbookBuddy.largestOrder).map { Int(counts[$0]) },
      inTheWay: ageing.inTheWay)
  }

  /// The figures at each level of use, none of which is to be worse than the textbook's.
  static func figures() -> [Figure] {
    [50, 75, 90].flatMap { percent -> [Figure] in
      let here = Result { ageHere(percent: percent, trace: $0) }
      let textbook = Result { ageTextbook(percent: percent, trace: $0) }
      func figure(_ name: String, _ here: Double, _ textbook: Double, isReached: Bool) -> Figure {
        Figure(
          name: "pages: aged at \(percent) %: \(name)", value: here,
          text: "\(number(here)), textbook \(number(textbook))", isReached: isReached)
      }
      let shares = [(9, "2 MiB"), (10, "4 MiB"), (18, "1 GiB")].map { order, name in
        let (ours, other) = (here.share(order), textbook.share(order))
        return figure("% of what is free as \(name)", ours, other, isReached: ours >= other)
      }
      return shares + [
        figure(
          "frames in the way of the best 2 MiB", Double(here.inTheWay) / Double(traces),
          Double(textbook.inTheWay) / Double(traces), isReached: here.inTheWay <= textbook.inTheWay)
      ]
    }
  }
}
