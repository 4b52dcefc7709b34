import Addressing
import X86

/// How far the boot has come by the time-stamp counter, told at its milestones.
///
/// Under QEMU's `-icount shift=0` the counter counts instructions, the same number each time.
struct BootClock {
  let start = readTimeStampCounter()

  /// Prints a milestone and the ticks since the clock was made.
  func report(_ milestone: String) {
    let ticks = readTimeStampCounter() &- start
    console.write(milestone)
    console.write(" after ")
    console.write(decimal: ticks)
    console.write(" ticks\n")
  }
}
