import Addressing
import Kernel
import PageAllocator

/// The tests that run inside the kernel, on the real machine's memory: `test=NAME` on the
/// command line runs one group and ends the machine by what came out.
enum TestGroups {
  /// Runs the group of that name; returns where there is none.
  ///
  /// - Parameter seed: Where the random tests start.
  static func run(_ name: borrowing RawSpan, seed: UInt64) {
    let isAll = name.isEqual(to: "all")
    var tests = TestRun()
    if isAll || name.isEqual(to: "pages") { PageTests.run(in: &tests, seed: seed) }
    if isAll || name.isEqual(to: "heap") { HeapTests.run(in: &tests, seed: seed) }
    if isAll || name.isEqual(to: "language") { LanguageTests.run(in: &tests) }
    guard !tests.isEmpty else { return }
    exitMachine(tests.finish())
  }
}
