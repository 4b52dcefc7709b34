import Dispatch
import Foundation
import PageAllocator
import Synchronization

/// Two threads on two cores, each a processor with a cache of its own, against one thread that
/// does as much as one of them.
enum PageThreads {
  /// What one thread does.
  private static let works: [(name: String, body: @Sendable (PageAllocator) throws -> Void)] = [
    ("fill", fill), ("ping-pong 0", pingPong), ("mixed", mixed),
  ]

  /// The throughput of two threads, as a multiple of one's: 1.8 at least is wanted.
  static func figures() -> [Figure] {
    guard ProcessInfo.processInfo.activeProcessorCount >= 2 else {
      say("pages: two threads: this machine has one processor, so they are not measured")
      return []
    }
    let machine = PageMachine(gigabytes: 1, processors: 2) { threadProcessor }
    return works.map { name, body in
      var one: [Double] = []
      var two: [Double] = []
      for _ in 0..<arguments.rounds {
        one.append(time(ofThreads: 1, on: machine.makeAllocator(), body))
        two.append(time(ofThreads: 2, on: machine.makeAllocator(), body))
      }
      let gain = 2 * median(one) / median(two)
      return Figure(
        name: "pages: two threads: \(name)", value: gain,
        text: "\(number(gain))× the throughput of one, ≥ 1.8×", isReached: gain >= 1.8)
    }
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  /// Half of a GiB, as single frames.
  private static func fill(_ pages: PageAllocator) throws {
    for _ in 0..<PageWork.frameCount / 2 { _ = try pages.allocate() }
  }

  private static func pingPong(_ pages: PageAllocator) throws {
    for _ in 0..<400_000 { try pages.free(try pages.allocate()) }
  }

  private static func mixed(_ pages: PageAllocator) throws {
    var slots = MixedSlot.none
    var span = slots.mutableSpan
    var random = Xorshift()
    for _ in 0..<MixedSlot.steps { try MixedSlot.step(&span, &random, on: pages) }
  }

  /// The nanoseconds from when all threads are ready to when the last is done.
  private static func time(
    ofThreads count: Int, on pages: PageAllocator,
    _ body: @escaping @Sendable (PageAllocator) throws -> Void
  ) -> Double {
    let ready = Counter()
    let ends = Mutex<[UInt64]>([])
    let starts = Mutex<[UInt64]>([])
    let done = DispatchGroup()
    for processor in 0..<count {
      done.enter()
      let thread = Thread {
        threadProcessor = processor
        ready.value.add(1, ordering: .relaxed)
        while ready.value.load(ordering: .relaxed) < count {}
        let start = DispatchTime.now().uptimeNanoseconds
        do { try body(pages) } catch { fatalError("the allocator failed: \(error)") }
        let end = DispatchTime.now().uptimeNanoseconds
        starts.withLock { $0.append(start) }
        ends.withLock { $0.append(end) }
        done.leave()
      }
      thread.start()
    }
    done.wait()
    let start = starts.withLock { $0.min() } ?? 0
    let end = ends.withLock { $0.max() } ?? 0
    return Double(end - start)
  }

  /// How many threads are ready.
  private final class Counter: Sendable {
    let value = Atomic<Int>(0)
  }
}

/// The processor that a thread plays; 0 where nothing was said.
var threadProcessor: Int {
  get { Int(bitPattern: unsafe pthread_getspecific(processorKey)) }
  set { _ = unsafe pthread_setspecific(processorKey, UnsafeRawPointer(bitPattern: newValue)) }
}

/// Where each thread's number is.
private let processorKey: pthread_key_t = {
  var key = pthread_key_t()
  // SAFETY: the key lives as long as the program, and its values are numbers: nothing to free.
  guard unsafe pthread_key_create(&key, nil) == 0 else { fatalError("no key for threads") }
  return key
}()
