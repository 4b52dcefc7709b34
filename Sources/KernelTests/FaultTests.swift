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
      overflow()
    } else if name.isEqual(to: "precondition") {
      precondition(name.byteCount == 0, "never printed: the processor is told to stop")
    } else if name.isEqual(to: "divide") {
      _ = divide(1, by: UInt32(truncatingIfNeeded: name.byteCount &- 6))
    } else if name.isEqual(to: "breakpoint") {
      breakpoint()
    } else if name.isEqual(to: "invalid-instruction") {
      executeInvalidInstruction()
    } else if name.isEqual(to: "out-of-memory") {
      _ = [UInt64](repeating: readTimeStampCounter(), count: 1 << 40)
    } else if name.isEqual(to: "fatal-error") {
      fatalError("the text of a fatal error")
    } else if name.isEqual(to: "smashed-stack") {
      smashStack(count: UInt64(name.byteCount))
    } else if name.isEqual(to: "interrupt") {
      raiseInterrupt33()
      raiseInterrupt33()
      console.write("back from the interrupt\n")
      exitMachine(.success)
    }
  }

  /// Writes past the end of a buffer on the stack, over the stack protector's value and the return
  /// address behind it.
  @inline(never)
  private static func smashStack(count: UInt64) {
    // SAFETY: none, on purpose.
    unsafe withUnsafeTemporaryAllocation(byteCount: 64, alignment: 16) { buffer in
      let start = UInt64(UInt(bitPattern: buffer.baseAddress))
      for offset in 0..<64 + 8 * count { writeByte(0x41, toAddress: start + offset) }
    }
  }

  /// Calls without end, on whichever processor this is.
  static func overflow() { _ = overflowStack(depth: readTimeStampCounter()) }

  /// Never comes back up: the time-stamp counter is never 0.
  @inline(never)
  @_optimize(none)
  private static func overflowStack(depth: UInt64) -> UInt64 {
    readTimeStampCounter() == 0 ? depth : overflowStack(depth: depth &+ 1) &+ depth
  }
}
