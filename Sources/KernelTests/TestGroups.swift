import Addressing
import Kernel
import PageAllocator

/// The tests that run inside the kernel, on the real machine's memory: `test=NAME` on the
/// command line runs one group and ends the machine by what came out.
enum TestGroups {
  /// Runs the group of that name; returns where there is none.
  ///
  /// - Parameter seed: Where the random tests start.
  static func run(_ name: borrowing RawSpan, on machine: BootedMachine, seed: UInt64) {
    let isAll = name.isEqual(to: "all")
    var tests = TestRun()
    if isAll || name.isEqual(to: "pages") { PageTests.run(in: &tests, seed: seed) }
    if isAll || name.isEqual(to: "heap") { HeapTests.run(in: &tests, seed: seed) }
    if isAll || name.isEqual(to: "language") { LanguageTests.run(in: &tests) }
    if isAll || name.isEqual(to: "interrupts") { InterruptTests.run(in: &tests, machine) }
    if isAll || name.isEqual(to: "mapping") { MappingTests.run(in: &tests, machine) }
    if isAll || name.isEqual(to: "clock") { ClockTests.run(in: &tests, machine) }
    if name.isEqual(to: "ticks") { ClockTests.runLong(in: &tests, machine) }
    guard !tests.isEmpty else { return }
    exitMachine(tests.finish())
  }
}
