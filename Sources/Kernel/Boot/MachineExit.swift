import Addressing
import Boot
import X86

/// How a run of the kernel ends.
package enum Outcome: UInt8 {
  case success = 0x10
  case failure = 0x11
}

/// Ends the machine: QEMU exits with a status that tells the outcome. Without its exit device
/// the machine powers off where the firmware said how, and halts otherwise.
package func exitMachine(_ outcome: Outcome) -> Never {
  outputByte(outcome.rawValue, toPort: UInt16(EXIT_PORT))
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
