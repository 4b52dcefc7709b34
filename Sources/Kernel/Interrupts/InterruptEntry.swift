import Addressing
import Boot
import X86

/// Where the assembly's stubs lead, for every vector.
@c(interrupt_raised)
func interruptRaised(_ frame: UnsafeMutablePointer<interrupt_frame>) {
  // SAFETY: the stub's frame, on the stack that this function runs on; nobody else has its address.
  let frame = unsafe UnsafeMutableRawPointer(frame).assumingMemoryBound(to: InterruptFrame.self)
  let vector = unsafe Int(frame.pointee.saved.vector)
  interruptVectors[vector].count &+= 1
  if vector < Int(EXCEPTION_VECTORS) {
    if let handler = exceptionHandlers[vector], unsafe handler(&frame.pointee) { return }
    reportException(unsafe frame.pointee.saved)
  }
  guard let handler = interruptVectors[vector].handler else {
    handleUnexpected(UInt8(vector))
    return
  }
  if interruptVectors[vector].isLevelTriggered {
    unsafe handler(&frame.pointee)
    InterruptControllers.end(UInt8(vector))
  } else {
    InterruptControllers.end(UInt8(vector))
    unsafe handler(&frame.pointee)
  }
}

/// Interrupts that nobody asked for: counted, with one line for the first of each vector.
@inline(never)
private func handleUnexpected(_ vector: UInt8) {
  let isSpurious = InterruptControllers.isSpurious(vector)
  if isSpurious {
    spuriousInterrupts += 1
  } else {
    InterruptControllers.end(vector)
  }
  guard !interruptVectors[Int(vector)].isReported else { return }
  interruptVectors[Int(vector)].isReported = true
  console.write("Interrupt ")
  console.write(decimal: UInt64(vector))
  if let line = LegacyInterruptController.line(of: UInt64(vector)) {
    console.write(" (legacy line ")
    console.write(decimal: line)
    console.write(")")
  }
  console.write(isSpurious ? " that its controller took back\n" : " that nobody asked for\n")
}
