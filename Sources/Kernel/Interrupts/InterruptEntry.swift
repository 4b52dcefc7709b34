import Addressing
import Boot
import X86

/// Where the assembly's stubs lead, for every vector.
@c(interrupt_raised)
func interruptRaised(_ frame: interrupt_frame) {
  if frame.vector < UInt64(EXCEPTION_VECTORS) { reportException(frame) }
  UnexpectedInterrupts.report(frame.vector)
}

/// Interrupts that nobody asked for: one line for the first of each vector.
enum UnexpectedInterrupts {
  /// A bit for each vector that has been reported.
  private static var reported = InlineArray<4, UInt64>(repeating: 0)

  static func report(_ vector: UInt64) {
    let word = Int(vector / 64)
    let bit = UInt64(1) << (vector % 64)
    guard reported[word] & bit == 0 else { return }
    reported[word] |= bit
    console.write("Interrupt ")
    console.write(decimal: vector)
    if let line = LegacyInterruptController.line(of: vector) {
      console.write(" (legacy line ")
      console.write(decimal: line)
      console.write(")")
    }
    console.write(" that nobody asked for\n")
  }
}
