import Addressing
import Boot
import X86

/// How a run of the kernel ends.
package enum Outcome {
  case success
  case failure

  /// What is written to QEMU's exit device.
  fileprivate var code: UInt8 { UInt8(self == .success ? EXIT_SUCCESS : EXIT_FAILURE) }
}

/// Ends the machine: QEMU exits with a status that tells the outcome. Without its exit device
/// the machine is switched off after a success, and halts, with the reason on its screen, after a
/// failure or where it can't be switched off.
package func exitMachine(_ outcome: Outcome) -> Never {
  console.note(outcome == .success ? .success : .failure)
  outputByte(outcome.code, toPort: UInt16(EXIT_PORT))
  if outcome == .success { PowerControl.switchOff() }
  console.write("System halted.\n")
  while true {
    _ = disableInterrupts()
    haltProcessor()
  }
}

/// Says why the kernel can't go on, with a backtrace, and exits with failure.
func panic(_ reason: String) -> Never {
  PanicStop.stopOthers()
  console.note(.panic)
  console.insistOnScreen(through: kernelWindow)
  console.write("Kernel panic: ")
  console.write(reason)
  console.write("\n")
  printBacktrace()
  exitMachine(.failure)
}

/// Ends the program with a message: Swift's own `fatalError` ends it without one in a release build.
///
/// It stands in for Swift's wherever the module Kernel is imported.
///
/// - Parameters:
///   - message: Why the program can't go on.
///   - file: The file that says so.
///   - line: The line in it.
public func fatalError(
  _ message: @autoclosure () -> String = String(), file: String = #fileID, line: UInt = #line
) -> Never {
  PanicStop.stopOthers()
  console.note(.panic)
  console.insistOnScreen(through: kernelWindow)
  console.write("Fatal error: ")
  console.write(message())
  console.write("\n")
  writeSource(file, line)
  printBacktrace()
  exitMachine(.failure)
}

/// Prints where in the source something happened.
private func writeSource(_ file: String, _ line: UInt) {
  console.write("at ")
  console.write(file)
  console.write(":")
  console.write(decimal: UInt64(line))
  console.write("\n")
}
