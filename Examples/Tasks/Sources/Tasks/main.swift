import Kernel

// Kernel threads, round-robin: every processor takes the thread that has waited longest, runs it for
// 5 ms at most, and puts it back.
boot { machine in
  // What the first thread and the first timer bring about stays: the count starts behind it.
  run(1, rounds: 1, on: machine)
  machine.memory.pages.drainCaches()
  let before = machine.memory.free
  let threads = 3 * machine.processors.count
  report(run(threads, rounds: 60, on: machine), threads: threads)
  machine.memory.pages.drainCaches()
  let lost = Int(before) - Int(machine.memory.free)
  print("Tasks: every text as it was written, \(lost / 4096) pages lost")
  guard lost == 0 else { fatalError("pages were lost") }
}

/// How often each processor has run a thread.
func report(_ turns: [Int], threads: Int) {
  for (processor, count) in turns.enumerated() {
    print("processor \(processor) has run threads \(count) times")
  }
  let total = turns.reduce(0, +)
  print(
    "Tasks: \(threads) threads in \(total) turns, \(total - threads) of them ended by the timer")
}

/// Runs some threads to their end, on all processors.
///
/// - Returns: how often each processor has run one.
@discardableResult
func run(_ threads: Int, rounds: Int, on machine: BootedMachine) -> [Int] {
  let turns = Lock([Int](repeating: 0, count: machine.processors.count))
  let queue = RunQueue()
  for number in 0..<threads {
    guard let thread = try? KernelThread({ work(number, rounds, machine.memory) }) else {
      fatalError("there is no room for a thread")
    }
    queue.add(thread)
  }
  machine.processors.runOnAll { processor in
    // The timer takes the processor from whatever thread it interrupts.
    let timer = machine.clock.every(milliseconds: 5) { KernelThread.yield() }
    while !queue.isDone {
      if queue.runNext() {
        turns.withLock { $0[processor] += 1 }
      } else {
        machine.interrupts.wait()
      }
    }
    if let timer { machine.clock.cancel(timer) }
  }
  return turns.withLock { $0 }
}

/// The threads that wait, the one that has waited longest first.
final class RunQueue {
  private let waiting = Lock<[KernelThread]>([])
  private let unfinished = Lock(0)

  func add(_ thread: KernelThread) {
    unfinished.withLock { $0 += 1 }
    waiting.withLock { $0.append(thread) }
  }

  /// Whether all threads are done, those that run on other processors too.
  var isDone: Bool { unfinished.withLock { $0 == 0 } }

  /// Runs the next thread until it lets go of the processor.
  ///
  /// - Returns: whether there was one.
  func runNext() -> Bool {
    guard let thread = waiting.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else {
      return false
    }
    thread.run()
    if thread.isDone {
      unfinished.withLock { $0 -= 1 }
    } else {
      waiting.withLock { $0.append(thread) }
    }
    return true
  }
}

/// What a thread does: again and again it takes some pages and texts, looks whether they stay its own,
/// and gives them back.
func work(_ number: Int, _ rounds: Int, _ memory: MachineMemory) {
  for round in 0..<rounds {
    var frames: [PageFrameNumber] = []
    var texts: [String] = []
    for _ in 0..<16 {
      guard let frame = try? memory.pages.allocate(FrameRequest(order: 0)) else {
        fatalError("there is no page left")
      }
      memory.window.store(UInt64(number), at: frame.start)
      frames.append(frame)
      texts.append("thread \(number) has page \(frame.value) in its round \(round)")
    }
    for (frame, text) in zip(frames, texts) {
      guard memory.window.load(UInt64.self, at: frame.start) == UInt64(number),
        text == "thread \(number) has page \(frame.value) in its round \(round)"
      else { fatalError("thread \(number) found another's memory in its own") }
      guard (try? memory.pages.free(frame, order: 0)) != nil else {
        fatalError("a page was not taken back")
      }
    }
  }
}
