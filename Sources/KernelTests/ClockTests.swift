import Addressing
import Console
import Kernel
import X86

/// Time: the clock, timers, and both against the real-time clock.
enum ClockTests {
  static func run(in tests: inout TestRun, _ machine: BootedMachine) {
    tests.run("the clock goes on and never back") { monotonic(machine.clock) }
    tests.run("sleep takes as long as it is told") { sleep(machine.clock) }
    tests.run("timers come in their order, once") { order(machine.clock) }
    tests.run("a timer that is cancelled does not come") { cancelled(machine.clock) }
  }

  @safe nonisolated(unsafe) private static var counted: UInt64 = 0

  static func runLong(in tests: inout TestRun, _ machine: BootedMachine) {
    tests.run("1,000 ticks at 100 Hz take ten seconds of the real-time clock") {
      ticks(machine.clock)
    }
    console.write("ticks in ten seconds: ")
    console.write(decimal: counted)
    console.write("\n")
  }

  private static func monotonic(_ clock: Clock) -> String? {
    var last = clock.nanoseconds
    let start = last
    for _ in 0..<10_000 {
      let now = clock.nanoseconds
      guard now >= last else { return "it went back" }
      last = now
    }
    return last > start ? nil : "it stands still"
  }

  private static func sleep(_ clock: Clock) -> String? {
    for milliseconds: UInt64 in [1, 20, 100] {
      let start = clock.nanoseconds
      clock.sleep(milliseconds: milliseconds)
      let slept = clock.nanoseconds - start
      guard slept >= milliseconds * 1_000_000 else { return "it was too short" }
      guard slept < milliseconds * 1_000_000 + 500_000_000 else { return "it was too long" }
    }
    return nil
  }

  private static func order(_ clock: Clock) -> String? {
    var seen: [UInt64] = []
    for delay: UInt64 in [300, 100, 200, 100] {
      clock.after(milliseconds: delay) { seen.append(delay) }
    }
    clock.sleep(milliseconds: 600)
    return seen == [100, 100, 200, 300] ? nil : "another order"
  }

  private static func cancelled(_ clock: Clock) -> String? {
    // A machine's manager may stop it between any two lines: hence times before and after each.
    var count = 0
    var onceCount = 0
    let asked = clock.nanoseconds
    let once = clock.after(milliseconds: 10) { onceCount += 1 }
    let periodic = clock.every(milliseconds: 5) { count += 1 }
    guard let once, let periodic else { return "no timer" }
    let started = clock.nanoseconds
    clock.cancel(once)
    let isInTime = clock.nanoseconds - asked < 10_000_000
    clock.sleep(milliseconds: 52)
    let slept = clock.nanoseconds
    clock.cancel(periodic)
    let cancelled = clock.nanoseconds
    let before = count
    clock.sleep(milliseconds: 20)
    guard count == before, onceCount == 0 || !isInTime else {
      return "it came after it was cancelled"
    }
    let least = Int((slept - started) / 5_000_000) - 2
    let most = Int((cancelled - asked) / 5_000_000)
    return (least...most).contains(count) ? nil : "\(count) calls, not \(least) to \(most)"
  }

  /// From one second's start to another ten later.
  private static func ticks(_ clock: Clock) -> String? {
    var count: UInt64 = 0
    guard clock.every(milliseconds: 10, { count += 1 }) != nil else { return "no timer" }
    guard let start = nextSecond(clock, after: clock.date) else { return "no real-time clock" }
    let first = count
    var now = start
    while now.secondsSince1970 < start.secondsSince1970 + 10 {
      guard let next = nextSecond(clock, after: now) else { return "no real-time clock" }
      now = next
    }
    let ticks = count - first
    counted = ticks
    return (990...1010).contains(ticks) ? nil : "more than 1 % off"
  }

  private static func nextSecond(_ clock: Clock, after time: CalendarTime?) -> CalendarTime? {
    while let now = clock.date {
      if now != time { return now }
      clock.sleep(milliseconds: 1)
    }
    return nil
  }
}
