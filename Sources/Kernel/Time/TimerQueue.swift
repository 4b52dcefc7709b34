import Addressing
import PageAllocator
import X86

/// All timers, on the one that the local APIC has: it is set to the next deadline.
struct TimerQueue {
  private struct Entry {
    var deadline: UInt64
    var period: UInt64
    var timer: Timer
    var body: () -> Void
  }

  private let local: LocalAPIC

  /// How fast the local APIC's timer counts.
  private let scale: TickScale

  /// The timers, the one that is due first last.
  private var entries: [Entry] = []

  private var nextNumber: UInt64 = 0

  /// Prepares the local APIC's timer: measures it by the clock, which takes 10 ms.
  private init(_ local: LocalAPIC) {
    self.local = local
    local.startTimer(count: .max, isMasked: true)
    let first = (time: TimeStampClock.nanoseconds, count: local.timerCount)
    while TimeStampClock.nanoseconds - first.time < 10_000_000 {}
    let last = (time: TimeStampClock.nanoseconds, count: local.timerCount)
    local.startTimer(count: 0)
    let counted = UInt64(first.count - last.count)
    let frequency = counted * 1_000_000_000 / (last.time - first.time)
    scale = TickScale(frequency: Swift.max(1, frequency))
  }

  /// Starts the queue, the first time.
  ///
  /// - Returns: whether there is one: there is a local APIC.
  static func start() -> Bool {
    if timerQueue != nil { return true }
    _ = TimeStampClock.nanoseconds
    let isFirst = interruptControllers == nil
    guard let local = InterruptControllers.start().local else { return false }
    let queue = withInterruptsOff { TimerQueue(local) }
    timerQueue = queue
    interruptVectors?[Int(InterruptVector.timer)].handler = { _ in run() }
    console.write("Clock: the local APIC's timer counts ")
    console.write(decimal: queue.scale.frequency / 1000)
    console.write(" kHz\n")
    if isFirst { enableInterrupts() }
    return true
  }

  /// Adds a timer. O(n) in timers.
  mutating func add(deadline: UInt64, period: UInt64, _ body: @escaping () -> Void) -> Timer {
    nextNumber += 1
    let timer = Timer(number: nextNumber)
    insert(Entry(deadline: deadline, period: period, timer: timer, body: body))
    arm()
    return timer
  }

  /// Removes a timer, if it is still there. O(n) in timers.
  mutating func remove(_ timer: Timer) {
    entries.removeAll { $0.timer == timer }
    arm()
  }

  /// The timer's interrupt: calls what is due now. What becomes due meanwhile waits for the next
  /// interrupt, so that what was interrupted goes on however short a period is.
  private static func run() {
    let now = TimeStampClock.nanoseconds
    // The queue is nobody's while a timer's function runs: that may add timers and remove them.
    while let body = exclusively({ timerQueue?.takeDue(at: now) }) { body() }
    exclusively { timerQueue?.arm() }
  }

  /// Calls a function that uses the queue: with interrupts off, by one processor at a time.
  static func exclusively<Result>(_ body: () -> Result) -> Result {
    withInterruptsOff {
      let set = processorSet
      set?.timerLock.acquire()
      defer { set?.timerLock.release() }
      return body()
    }
  }

  /// The function of a timer that is due; one with a period is due again a period later.
  private mutating func takeDue(at now: UInt64) -> (() -> Void)? {
    guard let entry = entries.last, entry.deadline <= now else { return nil }
    entries.removeLast()
    if entry.period > 0 {
      var next = entry
      next.deadline += entry.period
      insert(next)
    }
    return entry.body
  }

  private mutating func insert(_ entry: Entry) {
    // Of several that are due at the same time the oldest comes first.
    let index = entries.firstIndex { $0.deadline <= entry.deadline } ?? entries.count
    entries.insert(entry, at: index)
  }

  /// Sets the local APIC's timer to the next deadline. Where that is too far for it, it comes early,
  /// finds nothing due, and is set again.
  private func arm() {
    guard let next = entries.last else {
      local.startTimer(count: 0)
      return
    }
    let now = TimeStampClock.nanoseconds
    let counts = scale.counts(next.deadline > now ? next.deadline - now : 0)
    local.startTimer(count: UInt32(clamping: Swift.max(1, counts)))
  }
}

/// The timers; `nil` until the first one.
@safe nonisolated(unsafe) var timerQueue: TimerQueue?
