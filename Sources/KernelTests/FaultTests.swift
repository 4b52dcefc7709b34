import Addressing
import Kernel
import Boot
import X86

/// Faults on purpose: each must end in a report and in failure, never in a triple fault.
///
/// What a test asks for comes from outside the function, so that the compiler can't see the
/// fault coming and turn it into something else.
enum FaultTests {
  /// Commits the fault of that name, and does not come back; returns where there is none.
  static func run(_ name: borrowing RawSpan) {
    if name.isEqual(to: "write-rodata") {
      writeByte(0, toAddress: KernelImage.lowAddress(of: KernelImage.constants.start).value)
    } else if name.isEqual(to: "write-text") {
      writeByte(0, toAddress: KernelImage.highAddress(of: KernelImage.text.start).value)
    } else if name.isEqual(to: "write-text-alias") {
      writeByte(0, toAddress: kernelWindow.virtualAddress(of: KernelImage.text.start).value)
    } else if name.isEqual(to: "execute-data") {
      callAddress(KernelImage.lowAddress(of: KernelImage.data.start).value)
    } else if name.isEqual(to: "execute-direct-map") {
      callAddress(kernelWindow.virtualAddress(of: KernelImage.memory.end).value)
    } else if name.isEqual(to: "null") {
      _ = readByte(fromAddress: 0)
    } else if name.isEqual(to: "identity-map") {
      _ = readByte(fromAddress: KernelImage.memory.start.value)
    } else if name.isEqual(to: "stack-overflow") {
      _ = overflowStack(depth: readTimeStampCounter())
    } else if name.isEqual(to: "precondition") {
      precondition(name.byteCount == 0, "never printed: the processor is told to stop")
    } else if name.isEqual(to: "divide") {
      _ = divide(1, by: UInt32(truncatingIfNeeded: name.byteCount &- 6))
    } else if name.isEqual(to: "breakpoint") {
      breakpoint()
    }
  }

  /// Never comes back up: the time-stamp counter is never 0.
  @inline(never)
  @_optimize(none)
  private static func overflowStack(depth: UInt64) -> UInt64 {
    readTimeStampCounter() == 0 ? depth : overflowStack(depth: depth &+ 1) &+ depth
  }
}
