import Addressing
import Boot
import X86

/// How a run of the kernel ends.
package enum Outcome {
  case success
  case failure

  /// What QEMU's exit device is told.
  fileprivate var code: UInt8 { UInt8(self == .success ? EXIT_SUCCESS : EXIT_FAILURE) }
}

/// Ends the machine: QEMU exits with a status that tells the outcome. Without its exit device
/// the machine halts, and says so.
package func exitMachine(_ outcome: Outcome) -> Never {
  outputByte(outcome.code, toPort: UInt16(EXIT_PORT))
  console.write("System halted.\n")
  while true {
    _ = disableInterrupts()
    haltProcessor()
  }
}

/// Says why the kernel can't go on, with the way that led there, and exits with failure.
func panic(_ reason: String) -> Never {
  console.write("Kernel panic: ")
  console.write(reason)
  console.write("\n")
  printBacktrace()
  exitMachine(.failure)
}
