import Addressing
import Kernel
import PageAllocator
import X86

/// Threads of the kernel, and what all processors ask of the interrupts and timers at once.
enum ThreadTests {
  static func run(in tests: inout TestRun, _ machine: BootedMachine) {
    tests.run("a thread is left and gone on with") { leaving(machine) }
    tests.run("a timer takes the processor from a thread") { preemption(machine) }
    tests.run("threads keep the numbers they calculate with") { calculation(machine) }
    tests.run("all processors register handlers at once") { registration(machine) }
    tests.run("a timer's function runs where it was asked for") { timers(machine) }
  }

  private static func leaving(_ machine: BootedMachine) -> String? {
    let before = MachineMemory.freePages
    var steps: [Int] = []
    do throws(MappingError) {
      let first = try KernelThread {
        steps.append(1)
        KernelThread.yield()
        steps.append(3)
      }
      let second = try KernelThread {
        steps.append(2)
        KernelThread.yield()
        steps.append(4)
      }
      first.run()
      second.run()
      guard !first.isDone, !second.isDone else { return "done too early" }
      first.run()
      second.run()
      guard first.isDone, second.isDone else { return "not done" }
    } catch {
      return "no room for a thread"
    }
    // So many that an object that stays of each would take pages.
    for _ in 0..<500 {
      guard let thread = try? KernelThread({ KernelThread.yield() }) else { return "no room" }
      thread.run()
      thread.run()
      guard thread.isDone else { return "not done" }
    }
    KernelThread.yield()
    guard steps == [1, 2, 3, 4] else { return "another order" }
    steps = []
    return MachineMemory.freePages == before ? nil : "pages were lost"
  }

  /// Two threads that never let go by themselves, on every processor.
  private static func preemption(_ machine: BootedMachine) -> String? {
    let turns = Lock(0)
    let ends = Lock(0)
    machine.processors.runOnAll { _ in
      let timer = machine.clock.every(milliseconds: 2) { KernelThread.yield() }
      var threads: [KernelThread] = []
      for _ in 0..<2 {
        let thread = try? KernelThread {
          let end = machine.clock.nanoseconds + 30_000_000
          while machine.clock.nanoseconds < end { pauseProcessor() }
          ends.withLock { $0 += 1 }
        }
        if let thread { threads.append(thread) }
      }
      while !threads.isEmpty {
        let thread = threads.removeFirst()
        thread.run()
        turns.withLock { $0 += 1 }
        if !thread.isDone { threads.append(thread) }
      }
      if let timer { machine.clock.cancel(timer) }
    }
    let count = machine.processors.count
    guard ends.withLock({ $0 }) == 2 * count else { return "a thread did not come to its end" }
    return turns.withLock { $0 } > 2 * count ? nil : "no thread was interrupted"
  }

  private static func calculation(_ machine: BootedMachine) -> String? {
    let timer = machine.clock.every(milliseconds: 1) { KernelThread.yield() }
    defer { if let timer { machine.clock.cancel(timer) } }
    // Locked: an array's first change is a copy, which two threads may make at a time.
    let sums = Lock([0.0, 0, 0])
    var threads: [KernelThread] = []
    for number in 0..<3 {
      let thread = try? KernelThread {
        var sum = 0.0
        for step in 0..<300_000 { sum += Double((step &+ number) & 0xff) * 0.5 }
        sums.withLock { $0[number] = sum }
      }
      guard let thread else { return "no room for a thread" }
      threads.append(thread)
    }
    while threads.contains(where: { !$0.isDone }) {
      for thread in threads where !thread.isDone { thread.run() }
    }
    for number in 0..<3 {
      var sum = 0.0
      for step in 0..<300_000 { sum += Double((step &+ number) & 0xff) * 0.5 }
      guard sums.withLock({ $0[number] }) == sum else { return "a sum is wrong" }
    }
    return nil
  }

  /// Every vector is given to one; what is raised on a processor is handled there.
  private static func registration(_ machine: BootedMachine) -> String? {
    let taken = Lock<[UInt8]>([])
    let hits = Lock(0)
    machine.processors.runOnAll { _ in
      for _ in 0..<10 {
        let vector = try? machine.interrupts.handleFreeVector { _ in hits.withLock { $0 += 1 } }
        guard let vector else { continue }
        taken.withLock { $0.append(vector) }
        machine.interrupts.raise(vector)
      }
    }
    let vectors = taken.withLock { $0 }
    let end = machine.clock.nanoseconds + 1_000_000_000
    while hits.withLock({ $0 }) < vectors.count, machine.clock.nanoseconds < end {
      pauseProcessor()
    }
    for vector in vectors { machine.interrupts.stopHandling(vector: vector) }
    let wanted = min(10 * machine.processors.count, 100)
    guard vectors.count >= wanted else { return "only \(vectors.count) vectors were given" }
    for vector in vectors where vectors.count(where: { $0 == vector }) > 1 {
      return "a vector was given to two"
    }
    return hits.withLock { $0 } == vectors.count ? nil : "an interrupt was lost"
  }

  private static func timers(_ machine: BootedMachine) -> String? {
    let count = machine.processors.count
    let ticks = Lock([Int](repeating: 0, count: count))
    let wrong = Lock(0)
    let timers = Lock<[Timer]>([])
    machine.processors.runOnAll { number in
      let timer = machine.clock.every(milliseconds: 2) {
        ticks.withLock { $0[number] += 1 }
        if machine.processors.current != number { wrong.withLock { $0 += 1 } }
      }
      if let timer { timers.withLock { $0.append(timer) } }
      machine.clock.sleep(milliseconds: 40)
    }
    // By this processor, whosever they are.
    for timer in timers.withLock({ $0 }) { machine.clock.cancel(timer) }
    machine.clock.sleep(milliseconds: 10)
    let before = ticks.withLock { $0 }
    machine.clock.sleep(milliseconds: 20)
    guard wrong.withLock({ $0 }) == 0 else { return "a function ran on another processor" }
    guard before.allSatisfy({ $0 > 0 }) else { return "a processor had no ticks" }
    return ticks.withLock { $0 } == before ? nil : "a timer went on"
  }
}
