import Addressing
import PageAllocator
import X86

/// The timers of one processor, on the one that its local APIC has: it is set to the next deadline.
///
/// Each processor has its own, and so a timer's function runs on the processor that asked for it.
final class TimerQueue {
  private struct Entry {
    var deadline: UInt64
    var period: UInt64
    var timer: Timer
    var body: () -> Void
  }

  private let local: LocalAPIC

  /// How fast the local APIC's timer counts.
  private let scale: TickScale

  private let processor: Int

  /// Held while the timers are changed: another processor may take one out.
  private let lock = SpinLock()

  /// The timers, the one that is due first last.
  private var entries: [Entry] = []

  private var nextNumber: UInt64 = 0

  private init(_ local: LocalAPIC, _ scale: TickScale, processor: Int) {
    self.local = local
    self.scale = scale
    self.processor = processor
  }

  /// Starts the queues, the first time.
  ///
  /// - Returns: whether there are any: there is a local APIC.
  static func start() -> Bool {
    if areTimersStarted { return true }
    _ = TimeStampClock.nanoseconds
    // With several processors the boot has started the controllers.
    let isFirst = interruptControllers == nil
    guard let local = InterruptControllers.start().local else { return false }
    let scale: TickScale? = InterruptVector.exclusively {
      guard !areTimersStarted else { return nil }
      let scale = measure(local)
      for number in 0..<Processors().count {
        setQueue(TimerQueue(local, scale, processor: number), of: number)
      }
      interruptVectors?[Int(InterruptVector.timer)].setHandler { _ in run() }
      areTimersStarted = true
      return scale
    }
    guard let scale else { return true }
    console.write("Clock: the local APIC's timer counts ")
    console.write(decimal: scale.frequency / 1000)
    console.write(" kHz\n")
    if isFirst { enableInterrupts() }
    return true
  }

  /// How fast the local APIC's timer counts, by the clock; takes 10 ms.
  private static func measure(_ local: LocalAPIC) -> TickScale {
    local.startTimer(count: .max, isMasked: true)
    let first = (time: TimeStampClock.nanoseconds, count: local.timerCount)
    while TimeStampClock.nanoseconds - first.time < 10_000_000 {}
    let last = (time: TimeStampClock.nanoseconds, count: local.timerCount)
    local.startTimer(count: 0)
    let counted = UInt64(first.count - last.count)
    let frequency = counted * 1_000_000_000 / (last.time - first.time)
    return TickScale(frequency: Swift.max(1, frequency))
  }

  /// Adds a timer to the queue of this processor. O(n) in timers.
  static func add(deadline: UInt64, period: UInt64, _ body: @escaping () -> Void) -> Timer {
    withInterruptsOff {
      guard let queue = queue(of: currentProcessor) else { panic("timers are not started") }
      queue.lock.acquire()
      defer { queue.lock.release() }
      queue.nextNumber += 1
      let timer = Timer(number: queue.nextNumber, processor: queue.processor)
      queue.insert(Entry(deadline: deadline, period: period, timer: timer, body: body))
      queue.arm()
      return timer
    }
  }

  /// Removes a timer, if it is still there, from whichever processor's queue it is in. O(n) in timers.
  static func remove(_ timer: Timer) {
    withInterruptsOff {
      guard let queue = queue(of: timer.processor) else { return }
      queue.lock.acquire()
      defer { queue.lock.release() }
      queue.entries.removeAll { $0.timer == timer }
      // Another processor's timer comes once more, and finds nothing due.
      if queue.processor == currentProcessor { queue.arm() }
    }
  }

  /// The timer's interrupt: calls what is due now. What becomes due meanwhile waits for the next
  /// interrupt, so that the interrupted code makes progress however short a period is.
  ///
  /// A function may switch threads, and return on another processor.
  private static func run() {
    let now = TimeStampClock.nanoseconds
    while let body = queue(of: currentProcessor)?.takeDue(at: now) { body() }
  }

  /// The function of a timer that is due; one with a period is due again a period later. The timer
  /// is set again before the function is called. With interrupts off.
  private func takeDue(at now: UInt64) -> (() -> Void)? {
    lock.acquire()
    defer { lock.release() }
    defer { arm() }
    guard let entry = entries.last, entry.deadline <= now else { return nil }
    entries.removeLast()
    if entry.period > 0 {
      var next = entry
      next.deadline += entry.period
      insert(next)
    }
    return entry.body
  }

  private func insert(_ entry: Entry) {
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

/// Whether there are timers: the queues are valid.
@safe nonisolated(unsafe) private var areTimersStarted = false

/// The timers of a processor that is the only one.
@safe nonisolated(unsafe) private var onlyTimerQueue: TimerQueue?

extension TimerQueue {
  private static func queue(of number: Int) -> TimerQueue? {
    guard let processorSet else { return onlyTimerQueue }
    return processorSet.processors[number].timers
  }

  private static func setQueue(_ queue: TimerQueue, of number: Int) {
    if let processorSet {
      processorSet.processors[number].timers = queue
    } else {
      onlyTimerQueue = queue
    }
  }
}
