import Addressing
import Boot
import Synchronization
import X86

/// Where the assembly's stubs lead, for every vector but those of exceptions with stacks of their own.
@c(interrupt_raised)
func interruptRaised(_ frame: UnsafeMutablePointer<interrupt_frame>) {
  // SAFETY: the stub's frame, on the stack that this function runs on; nobody else has its address.
  let frame = unsafe UnsafeMutableRawPointer(frame).assumingMemoryBound(to: InterruptFrame.self)
  let vector = unsafe Int(truncatingIfNeeded: frame.pointee.saved.vector)
  guard let vectors = interruptVectors else { reportException(unsafe frame.pointee.saved) }
  vectors[vector].count &+= 1
  if vector < Int(EXCEPTION_VECTORS) {
    if vectors[vector].isHandled {
      atomicMemoryFence(ordering: .acquiring)
      if let handler = vectors[vector].exceptionHandler, unsafe handler(&frame.pointee) { return }
    }
    reportException(unsafe frame.pointee.saved)
  }
  let isHandled = vectors[vector].isHandled
  atomicMemoryFence(ordering: .acquiring)
  guard isHandled, let handler = vectors[vector].handler else {
    handleUnexpected(vector, vectors)
    return
  }
  if vectors[vector].isLevelTriggered {
    unsafe handler(&frame.pointee)
    endOfInterrupt(vector)
  } else {
    endOfInterrupt(vector)
    unsafe handler(&frame.pointee)
  }
}

/// Where the assembly's stubs lead for the exceptions that have stacks of their own.
@c(interrupt_raised_on_own_stack)
func interruptRaisedOnOwnStack(_ frame: UnsafeMutablePointer<interrupt_frame>) {
  // SAFETY: the stub's frame, as above.
  if unsafe frame.pointee.vector == UInt64(ExceptionVector.nonMaskable) {
    PanicStop.nonMaskableInterrupt()
  }
  unsafe interruptRaised(frame)
}

/// Interrupts without a handler: counted, with one line for the first of each vector.
@inline(never)
private func handleUnexpected(_ vector: Int, _ vectors: PhysicalTable<InterruptVector>) {
  // The processor has 256 vectors.
  let isSpurious = InterruptControllers.isSpurious(UInt8(vector))
  if isSpurious {
    spuriousInterrupts += 1
  } else {
    endOfInterrupt(vector)
  }
  guard !vectors[vector].isReported else { return }
  vectors[vector].isReported = true
  console.write("Interrupt ")
  console.write(decimal: UInt64(vector))
  if let line = LegacyInterruptController.line(of: UInt64(vector)) {
    console.write(" (legacy line ")
    console.write(decimal: line)
    console.write(")")
  }
  console.write(isSpurious ? " that its controller took back\n" : " that nobody asked for\n")
}
