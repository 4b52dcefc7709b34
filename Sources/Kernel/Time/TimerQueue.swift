import Addressing
import X86

/// All timers, on the one that the local APIC has: it is set to the next deadline.
enum TimerQueue {
  private struct Entry {
    var deadline: UInt64
    var period: UInt64
    var timer: Timer
    var body: () -> Void
  }

  /// The timers, the one that is due first last.
  private static var entries: [Entry] = []

  private static var nextNumber: UInt64 = 0

  /// The local APIC's timer, once it has been measured.
  private static var scale: TickScale?

  /// Prepares the local APIC's timer, the first time: measures it by the clock, which takes 10 ms.
  ///
  /// - Returns: whether there is one.
  static func start() -> Bool {
    if scale != nil { return true }
    _ = TimeStampClock.nanoseconds
    let isFirst = interruptControllers == nil
    guard let local = InterruptControllers.start().local else { return false }
    withInterruptsOff {
      local.startTimer(count: .max, isMasked: true)
      let first = (TimeStampClock.nanoseconds, local.timerCount)
      while TimeStampClock.nanoseconds - first.0 < 10_000_000 {}
      let last = (TimeStampClock.nanoseconds, local.timerCount)
      local.startTimer(count: 0)
      let counted = UInt64(first.1 - last.1)
      scale = TickScale(frequency: Swift.max(1, counted * 1_000_000_000 / (last.0 - first.0)))
      interruptVectors[Int(InterruptVector.timer)].handler = { _ in run() }
    }
    console.write("Clock: the local APIC's timer counts ")
    console.write(decimal: (scale?.frequency ?? 0) / 1000)
    console.write(" kHz\n")
    if isFirst { enableInterrupts() }
    return true
  }

  /// Adds a timer. O(n) in timers.
  static func add(deadline: UInt64, period: UInt64, _ body: @escaping () -> Void) -> Timer {
    withInterruptsOff {
      nextNumber += 1
      let timer = Timer(number: nextNumber)
      insert(Entry(deadline: deadline, period: period, timer: timer, body: body))
      arm()
      return timer
    }
  }

  /// Removes a timer, if it is still there. O(n) in timers.
  static func remove(_ timer: Timer) {
    withInterruptsOff {
      entries.removeAll { $0.timer == timer }
      arm()
    }
  }

  /// The timer's interrupt: calls what is due now. What becomes due meanwhile waits for the next
  /// interrupt, so that what was interrupted goes on however short a period is.
  private static func run() {
    let now = TimeStampClock.nanoseconds
    while let entry = entries.last, entry.deadline <= now {
      entries.removeLast()
      if entry.period > 0 {
        var next = entry
        next.deadline += entry.period
        insert(next)
      }
      entry.body()
    }
    arm()
  }

  private static func insert(_ entry: Entry) {
    let index = entries.firstIndex { $0.deadline < entry.deadline } ?? entries.count
    entries.insert(entry, at: index)
  }

  /// Sets the local APIC's timer to the next deadline. Where that is too far for it, it comes early,
  /// finds nothing due, and is set again.
  private static func arm() {
    guard let local = interruptControllers?.local, let scale else { return }
    guard let next = entries.last else {
      local.startTimer(count: 0)
      return
    }
    let now = TimeStampClock.nanoseconds
    let counts = scale.counts(next.deadline > now ? next.deadline - now : 0)
    local.startTimer(count: UInt32(clamping: Swift.max(1, counts)))
  }
}
