import Addressing
import Kernel

/// A run of tests inside the kernel, told to the console: a line a test, a count at the end.
///
/// The host's half of this is `TestReport` in SerialHarness.
struct TestRun {
  private var passed: UInt64 = 0
  private var failed: UInt64 = 0

  /// Whether no test has run.
  var isEmpty: Bool { passed + failed == 0 }

  /// Whether a test has failed.
  var hasFailed: Bool { failed > 0 }

  /// Runs a test.
  ///
  /// - Parameter body: Returns why the test failed; `nil` where it passed.
  mutating func run(_ name: String, _ body: () -> String?) {
    console.write(name)
    console.write(" ... ")
    if let reason = body() {
      console.write("FAILED: ")
      console.write(reason)
      failed += 1
    } else {
      console.write("ok")
      passed += 1
    }
    console.write("\n")
  }

  /// Prints the closing line.
  ///
  /// - Returns: how the machine is to end. A run without a test is a failure.
  func finish() -> Outcome {
    console.write("tests: ")
    console.write(decimal: passed)
    console.write(" passed, ")
    console.write(decimal: failed)
    console.write(" failed\n")
    return failed == 0 && passed > 0 ? .success : .failure
  }
}
