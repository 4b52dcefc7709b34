import Addressing
import X86

/// The time-stamp counter as a clock.
enum TimeStampClock {
  /// The counter as the kernel was entered; set by the boot.
  @safe nonisolated(unsafe) static var start: UInt64 = 0

  @safe nonisolated(unsafe) private static var measured: TickScale?

  /// How fast it counts: measured the first time, which takes 10 ms.
  static var scale: TickScale {
    @inline(never) get { measured ?? measure() }
  }

  /// Never inlined: it would be wherever the time is asked for.
  @inline(never)
  private static func measure() -> TickScale {
    let reference = TimeReference.find()
    let frequency = withInterruptsOff { reference.measure(readTimeStampCounter) }
    // No reference that counts: taken as 1 GHz, which is said.
    let scale = TickScale(frequency: frequency == 0 ? 1_000_000_000 : frequency)
    measured = scale
    console.write("Clock: the time-stamp counter counts ")
    console.write(decimal: scale.frequency / 1000)
    console.write(frequency == 0 ? " kHz, as nothing can measure it; " : " kHz, measured by ")
    if frequency != 0 {
      console.write(reference.name)
      console.write("; ")
    }
    console.write(
      Clock().isInvariant ? "it is invariant\n" : "it is not said to be invariant\n")
    return scale
  }

  static var nanoseconds: UInt64 { scale.nanoseconds(readTimeStampCounter() &- start) }
}
