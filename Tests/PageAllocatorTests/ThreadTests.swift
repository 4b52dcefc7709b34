import Addressing
import Foundation
import PageAllocator
import Synchronization
import Testing
import Zones

/// Real threads, each playing a processor, on one allocator. `Scripts/race.sh` runs this under
/// ThreadSanitizer.
@Suite(.serialized) struct ThreadTests {
  private static let processors = 4

  /// Machines of one zone, and of three on two nodes.
  ///
  /// ThreadSanitizer gets the first only. For it, Swift 6.3.1 takes a change of one element of
  /// a table for a change of the table, and so two zones under two locks for a race.
  private static let machines: [[LayoutRegion]] =
    ProcessInfo.processInfo.environment["TSAN_OPTIONS"] == nil
    ? [[.megabytes(16, 48)], [.megabytes(8, 40), .megabytes(40, 48, node: 1)]]
    : [[.megabytes(16, 48)]]

  private func machine(_ regions: [LayoutRegion]) throws -> TestMachine {
    var options = PageAllocator.Options()
    options.processors = Self.processors
    options.hooks.currentProcessor = { currentThreadProcessor() }
    options.highestNode = NodeID(1)
    return try TestMachine(regions, options: options)
  }

  /// Runs `body` once on each of the processors' threads, and waits for all.
  private func onEachProcessor(_ body: @escaping @Sendable (Int) -> Void) {
    let threads = DispatchGroup()
    for processor in 0..<Self.processors {
      threads.enter()
      let thread = Thread {
        Thread.current.threadDictionary["processor"] = processor
        body(processor)
        threads.leave()
      }
      thread.start()
    }
    threads.wait()
  }

  @Test(arguments: machines)
  func threadsNeverShareAFrame(_ regions: [LayoutRegion]) throws {
    let machine = try machine(regions)
    let all = machine.pages.freeFrames
    let before = machine.buddyInfo
    let pages = machine.pages
    let owners = Owners()
    let errors = Atomic<Int>(0)
    onEachProcessor { processor in
      var random = Xorshift(state: 77 + UInt64(processor))
      var blocks: [(PageFrameNumber, Int)] = []
      for step in 0..<1000 {
        if step % 500 == 499 { pages.drainCaches() }
        if blocks.count < 120, random.next() % 3 != 0 {
          let order = random.next() % 4 == 0 ? Int(random.next() % 7) : 0
          let node = NodeID(Int32(processor % 2))
          guard let frame = try? pages.allocate(FrameRequest(order: order, node: node)) else {
            continue
          }
          if !owners.take(frame, order: order) { errors.add(1, ordering: .relaxed) }
          blocks.append((frame, order))
        } else if !blocks.isEmpty {
          let (frame, order) = blocks.swapRemove(Int(random.next() % UInt64(blocks.count)))
          owners.give(frame, order: order)
          do { try pages.free(frame, order: order) } catch { errors.add(1, ordering: .relaxed) }
        }
      }
      for (frame, order) in blocks {
        owners.give(frame, order: order)
        do { try pages.free(frame, order: order) } catch { errors.add(1, ordering: .relaxed) }
      }
    }
    #expect(errors.load(ordering: .relaxed) == 0)
    pages.drainCaches()
    #expect(pages.brokenInvariant == nil)
    #expect(pages.freeFrames == all)
    #expect(machine.buddyInfo == before)
  }

  @Test(arguments: machines)
  func framesFreedByAnotherProcessor(_ regions: [LayoutRegion]) throws {
    let pages = try machine(regions).pages
    let all = pages.freeFrames
    let queue = Locked<[PageFrameNumber]>([])
    let freed = Atomic<Int>(0)
    let failures = Locked<[String]>([])
    let count = 1000
    onEachProcessor { processor in
      if processor % 2 == 0 {
        for _ in 0..<count {
          if let frame = try? pages.allocate() {
            queue.withLock { $0.append(frame) }
          } else {
            freed.add(1, ordering: .relaxed)
          }
        }
      } else {
        while freed.load(ordering: .relaxed) < 2 * count {
          guard let frame = queue.withLock({ $0.popLast() }) else { continue }
          do { try pages.free(frame) } catch {
            failures.withLock { $0.append("frame \(frame.value): \(error)") }
          }
          freed.add(1, ordering: .relaxed)
        }
      }
    }
    #expect(failures.withLock { $0 } == [])
    #expect(pages.freeFrames + pages.cachedFrames == all)
    pages.drainCaches()
    #expect(pages.brokenInvariant == nil)
  }
}

/// The processor that a thread plays; the main thread and others play processor 0.
private func currentThreadProcessor() -> Int {
  Thread.current.threadDictionary["processor"] as? Int ?? 0
}

/// A value behind a lock that ThreadSanitizer knows, as it does not know `Mutex`.
private final class Locked<Value>: @unchecked Sendable {
  private var value: Value
  private let lock = NSLock()

  init(_ value: Value) { self.value = value }

  func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
    lock.lock()
    defer { lock.unlock() }
    return body(&value)
  }
}

/// Who has which frame, with a lock of its own.
private final class Owners: Sendable {
  private let taken = Locked<Set<UInt64>>([])

  /// Notes that somebody has a block; false where somebody has some of it already.
  func take(_ frame: PageFrameNumber, order: Int) -> Bool {
    taken.withLock { taken in
      for number in frame.value..<frame.value + 1 << UInt64(order)
      where !taken.insert(number).inserted { return false }
      return true
    }
  }

  /// Notes that nobody has a block any more.
  func give(_ frame: PageFrameNumber, order: Int) {
    taken.withLock { taken in
      for number in frame.value..<frame.value + 1 << UInt64(order) { taken.remove(number) }
    }
  }
}

extension Array {
  /// Takes an element out, without keeping the order of the others.
  fileprivate mutating func swapRemove(_ index: Int) -> Element {
    swapAt(index, count - 1)
    return removeLast()
  }
}
