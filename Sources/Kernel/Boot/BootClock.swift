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
    bootMilestones.note(milestone, ticks)
    console.write(milestone)
    console.write(" after ")
    console.write(decimal: ticks)
    console.write(" ticks\n")
  }
}

/// The milestones of the boot, for who asks later.
struct BootMilestones {
  /// A step that is done.
  struct Milestone {
    var name = ""
    var ticks: UInt64 = 0
  }

  private var milestones = InlineArray<16, Milestone>(repeating: Milestone())

  /// The number of milestones.
  private(set) var count = 0

  /// The milestone of that number, from the first on.
  subscript(index: Int) -> Milestone { milestones[index] }

  /// Keeps a milestone; one without room is not kept.
  mutating func note(_ name: String, _ ticks: UInt64) {
    guard count < milestones.count else { return }
    milestones[count] = Milestone(name: name, ticks: ticks)
    count += 1
  }
}

/// What ``BootClock/report(_:)`` has reported.
var bootMilestones = BootMilestones()
