public import Console
import Firmware
import X86

/// The machine's clocks and timers.
///
/// ```swift
/// machine.clock.every(milliseconds: 10) { ticks += 1 }
/// machine.clock.sleep(milliseconds: 500)
/// ```
/// The monotonic clock is the processor's time-stamp counter, measured, the first time that anybody
/// wants to know, by the best reference that the machine has. Timers are the local APIC's of the
/// processor that asks for one, and their functions run there.
public struct Clock {
  /// Nanoseconds since the kernel was entered. It never goes back, and does not stop in `sleep`.
  @export(interface)
  public var nanoseconds: UInt64 { TimeStampClock.nanoseconds }

  /// How often the time-stamp counter counts in a second.
  @export(interface)
  public var frequency: UInt64 { TimeStampClock.scale.frequency }

  /// Whether the counter counts at the same rate whatever the processor does (CPUID leaf
  /// 0x8000_0007). Where it doesn't, the clock is only as good as the processor is steady.
  public var isInvariant: Bool {
    identifyProcessor(leaf: 0x8000_0000, subleaf: 0).eax >= 0x8000_0007
      && identifyProcessor(leaf: 0x8000_0007, subleaf: 0).edx & 1 << 8 != 0
  }

  /// What the real-time clock shows; `nil` where there is none. It is not known whether that is the
  /// time of Greenwich or of where the machine is.
  @export(interface)
  public var date: CalendarTime? {
    let century = acpiFixedTable?.centuryRegister
    return withInterruptsOff {
      RealTimeClock.read(centuryRegister: century) { register in
        outputByte(register, toPort: 0x70)
        return inputByte(fromPort: 0x71)
      }
    }
  }

  /// Waits. With interrupts on, the processor stops meanwhile; otherwise it counts.
  @export(interface)
  public func sleep(nanoseconds: UInt64) {
    let deadline = self.nanoseconds &+ nanoseconds
    let isEnabled = readFlags() & 1 << 9 != 0 || interruptControllers == nil
    guard isEnabled, let timer = Self.add(deadline: deadline, {}) else {
      while self.nanoseconds < deadline { pauseProcessor() }
      return
    }
    while true {
      _ = disableInterrupts()
      guard self.nanoseconds < deadline else { break }
      Idle.wait()
    }
    enableInterrupts()
    cancel(timer)
  }

  /// Waits a number of milliseconds.
  public func sleep(milliseconds: UInt64) { sleep(nanoseconds: milliseconds * 1_000_000) }

  /// Calls a function once, from an interrupt, when some time has passed.
  ///
  /// - Returns: the timer, for `cancel`; `nil` where the processor has no local APIC.
  @discardableResult
  @export(interface)
  public func after(milliseconds: UInt64, _ body: @escaping () -> Void) -> Timer? {
    Self.add(deadline: nanoseconds &+ milliseconds * 1_000_000, body)
  }

  /// Calls a function again and again, from an interrupt. What one call is late, the next is not: the
  /// times at which they are due are equally far apart.
  ///
  /// - Parameters:
  ///   - milliseconds: From one call to the next; at least 1.
  ///   - body: Is called with interrupts off.
  /// - Returns: the timer, for `cancel`; `nil` where the processor has no local APIC.
  @discardableResult
  @export(interface)
  public func every(milliseconds: UInt64, _ body: @escaping () -> Void) -> Timer? {
    precondition(milliseconds > 0, "a timer without a period")
    let period = milliseconds * 1_000_000
    return Self.add(deadline: nanoseconds &+ period, period: period, body)
  }

  /// Stops a timer. One that has passed is no error. A function of another processor's timer may still
  /// be running.
  @export(interface)
  public func cancel(_ timer: Timer) { TimerQueue.remove(timer) }

  private static func add(
    deadline: UInt64, period: UInt64 = 0, _ body: @escaping () -> Void
  ) -> Timer? {
    guard TimerQueue.start() else { return nil }
    return TimerQueue.add(deadline: deadline, period: period, body)
  }
}

/// A timer that was started.
public struct Timer: Equatable, Sendable {
  let number: UInt64

  /// The processor whose it is.
  let processor: Int
}
