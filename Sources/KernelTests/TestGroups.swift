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
    if isAll || name.isEqual(to: "pages") { PageTests.run(in: &tests, seed: seed) }
    if isAll || name.isEqual(to: "heap") { HeapTests.run(in: &tests, seed: seed) }
    if isAll || name.isEqual(to: "language") { LanguageTests.run(in: &tests) }
    if isAll || name.isEqual(to: "interrupts") { InterruptTests.run(in: &tests, machine) }
    if isAll || name.isEqual(to: "mapping") { MappingTests.run(in: &tests, machine) }
    if isAll || name.isEqual(to: "clock") { ClockTests.run(in: &tests, machine) }
    if isAll || name.isEqual(to: "processors") {
      ProcessorTests.run(in: &tests, machine, seed: seed, rounds: rounds)
    }
    if name.isEqual(to: "ticks") { ClockTests.runLong(in: &tests, machine) }
    guard !tests.isEmpty else { return }
    exitMachine(tests.finish())
  }
}
