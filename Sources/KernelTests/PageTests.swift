import Addressing
import Kernel
import PageAllocator

/// Random use of the page allocator on all nodes: whatever is held must keep what was written.
enum PageTests {
  /// A block that a test holds, and the word that its pages begin and end with.
  private struct Block {
    var frame: PageFrameNumber
    var order: Int
    var mark: UInt64
  }

  private static let steps = 20_000
  private static let slots = 512

  static func run(in tests: inout TestRun, seed: UInt64) {
    tests.run("pages keep what is written to them") { keepContents(seed: seed) }
    tests.run("every page can be had, and given back") { exhaust() }
    tests.run("wrong frees are refused") { misuse() }
  }

  private static func keepContents(seed: UInt64) -> String? {
    guard let layout = pages?.layout else { return "there is no page allocator" }
    let before = MachineMemory.freePages
    var random = RandomNumbers(seed: seed)
    var held = [Block?](repeating: nil, count: slots)
    let taken = before - MachineMemory.freePages
    for _ in 0..<steps {
      let slot = Int(random.next(below: UInt64(slots)))
      if let block = held[slot] {
        guard check(block) else { return "a block's contents changed" }
        guard (try? pages?.free(block.frame, order: block.order)) != nil else {
          return "a block was not taken back"
        }
        held[slot] = nil
        continue
      }
      let node = layout.node(Int(random.next(below: UInt64(layout.nodeCount)))).node
      let order = Int(random.next(below: 5))
      let request = FrameRequest(order: order, node: node, highestZone: .movable)
      guard let frame = try? pages?.allocate(request) else { continue }
      let block = Block(frame: frame, order: order, mark: random.next())
      write(block)
      held[slot] = block
    }
    for case let block? in held {
      guard check(block) else { return "a block's contents changed" }
      guard (try? pages?.free(block.frame, order: block.order)) != nil else {
        return "a block was not taken back"
      }
    }
    return MachineMemory.freePages + taken == before ? nil : "pages were lost"
  }

  private static func write(_ block: Block) {
    forEachEdge(of: block) { kernelWindow.store(block.mark ^ $0.value, at: $0) }
  }

  private static func check(_ block: Block) -> Bool {
    var isRight = true
    forEachEdge(of: block) {
      if kernelWindow.load(UInt64.self, at: $0) != block.mark ^ $0.value { isRight = false }
    }
    return isRight
  }

  /// The first and the last word of each page of a block.
  private static func forEachEdge(of block: Block, _ body: (PhysicalAddress) -> Void) {
    for page in 0..<UInt64(1) << UInt64(block.order) {
      let start = (block.frame + page).start
      body(start)
      body(start + (PageFrameNumber.size - 8))
    }
  }

  /// Takes every page, chained through its first word so that no list is needed, and gives all
  /// back.
  private static func exhaust() -> String? {
    pages?.drainCaches()
    let before = MachineMemory.freePages
    var last: UInt64 = 0
    var count: UInt64 = 0
    // The largest blocks first, so that a big machine does not take minutes.
    for order in (0...PageAllocator.defaultMaximumOrder).reversed() {
      let request = FrameRequest(order: order, highestZone: .movable)
      while let frame = try? pages?.allocate(request) {
        kernelWindow.store(last << 8 | UInt64(order), at: frame.start)
        last = frame.value
        count += 1 << UInt64(order)
      }
    }
    guard count == before, MachineMemory.freePages == 0 else {
      return "not every page could be had"
    }
    while last != 0 {
      let frame = PageFrameNumber(last)
      let word = kernelWindow.load(UInt64.self, at: frame.start)
      guard (try? pages?.free(frame, order: Int(word & 0xff))) != nil else {
        return "a block was not taken back"
      }
      last = word >> 8
    }
    return MachineMemory.freePages == before ? nil : "pages were lost"
  }

  private static func misuse() -> String? {
    guard let frame = try? pages?.allocate(FrameRequest(order: 2)) else { return "no block" }
    let before = MachineMemory.freePages
    guard refuses(frame, order: 1), refuses(frame + 1, order: 0) else {
      return "a free of another order was not refused"
    }
    guard refuses(PageFrameNumber(containing: KernelImage.memory.start), order: 0) else {
      return "a free of the kernel's own image was not refused"
    }
    guard refuses(PageFrameNumber(0xa0), order: 0) else {
      return "a free of a hole was not refused"
    }
    guard MachineMemory.freePages == before else { return "a refused free changed something" }
    guard !refuses(frame, order: 2) else { return "a right free was refused" }
    return refuses(frame, order: 2) ? nil : "a double free was not refused"
  }

  private static func refuses(_ frame: PageFrameNumber, order: Int) -> Bool {
    do throws(FreeError) {
      try pages?.free(frame, order: order)
      return false
    } catch {
      return true
    }
  }
}
