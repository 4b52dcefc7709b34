import Addressing
import Kernel
import PageAllocator

/// The tests that run inside the kernel, on the real machine's memory: `test=NAME` on the
/// command line runs one group and ends the machine by what came out.
enum TestGroups {
  /// Runs the group of that name; returns where there is none.
  ///
  /// - Parameters:
  ///   - seed: Where the random tests start.
  ///   - rounds: How many operations each processor does in the soak.
  static func run(
    _ name: borrowing RawSpan, on machine: BootedMachine, seed: UInt64, rounds: UInt64
  ) {
    let isAll = name.isEqual(to: "all")
    var tests = TestRun()
    // Before anything else has mapped anything.
    if isAll || name.isEqual(to: "users") { UserTests.run(in: &tests, machine) }
    // The clock says how it was measured the first time: not in the middle of a test's line.
    machine.clock.sleep(milliseconds: 1)
    if isAll || name.isEqual(to: "pages") { PageTests.run(in: &tests, seed: seed) }
    if isAll || name.isEqual(to: "heap") { HeapTests.run(in: &tests, seed: seed) }
    if isAll || name.isEqual(to: "language") { LanguageTests.run(in: &tests) }
    if isAll || name.isEqual(to: "interrupts") || name.isEqual(to: "clock")
      || name.isEqual(to: "threads")
    {
      // What the clocks say as they are started would stand in the middle of a test's line.
      if let timer = machine.clock.after(milliseconds: 1, {}) { machine.clock.cancel(timer) }
    }
    if isAll || name.isEqual(to: "interrupts") { InterruptTests.run(in: &tests, machine) }
    if isAll || name.isEqual(to: "mapping") { MappingTests.run(in: &tests, machine) }
    if isAll || name.isEqual(to: "clock") { ClockTests.run(in: &tests, machine) }
    if isAll || name.isEqual(to: "found") { FoundTests.run(in: &tests, machine) }
    if isAll || name.isEqual(to: "processors") {
      ProcessorTests.run(in: &tests, machine, seed: seed, rounds: rounds)
    }
    if isAll || name.isEqual(to: "threads") { ThreadTests.run(in: &tests, machine) }
    if name.isEqual(to: "next-kernel") { NextKernelTests.run(in: &tests, machine) }
    if name.isEqual(to: "ticks") { ClockTests.runLong(in: &tests, machine) }
    guard !tests.isEmpty else { return }
    exitMachine(tests.finish())
  }
}
