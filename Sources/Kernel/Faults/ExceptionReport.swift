import Addressing
import Boot
import X86

/// How many exceptions are being reported. One that is raised by a report gets one line, on the
/// serial port alone, and a third none, so that a report that faults can't recurse.
@safe nonisolated(unsafe) private var reportsUnderWay = 0

/// The exception whose report is under way.
@safe nonisolated(unsafe) private var reported: (vector: UInt64, address: UInt64) = (0, 0)

/// Reports an exception, and ends the run.
@inline(never)
func reportException(_ frame: interrupt_frame) -> Never {
  let faultAddress = readControlRegister2()
  PanicStop.stopOthers()
  reportsUnderWay += 1
  // The first instructions of Swift run before the console is started.
  console.startSerialPort()
  guard reportsUnderWay == 1 else {
    guard reportsUnderWay == 2 else { exitMachine(.failure) }
    console.keepToSerialPort()
    console.write("\nException ")
    console.write(decimal: frame.vector)
    console.write(" at ")
    console.write(hex: frame.rip, digits: 16)
    console.write(" while reporting exception ")
    console.write(decimal: reported.vector)
    console.write(" at ")
    console.write(hex: reported.address, digits: 16)
    console.write("\n")
    exitMachine(.failure)
  }

  reported = (frame.vector, frame.rip)
  console.note(.exception)
  console.insistOnScreen(through: kernelWindow)
  console.write("\nException ")
  console.write(decimal: frame.vector)
  console.write(": ")
  console.write(ExceptionVector.name(of: frame.vector))
  console.write(", error code ")
  console.write(hex: frame.error_code, digits: 4)
  console.write("\n")
  explain(frame, faultAddress: faultAddress)
  console.write("RIP: ")
  printLocation(frame.rip)
  printRegisters(of: frame, faultAddress: faultAddress)
  printBacktrace(framePointer: frame.rbp)
  exitMachine(.failure)
}

/// Prints the most likely cause, where the vector and the address tell it.
private func explain(_ frame: interrupt_frame, faultAddress: UInt64) {
  switch frame.vector {
  case ExceptionVector.invalidOpcode:
    explainInvalidOpcode(at: frame.rip)
  case ExceptionVector.machineCheck:
    MachineCheck.report()
  case ExceptionVector.pageFault:
    explainPageFault(frame.error_code, address: faultAddress)
  case ExceptionVector.doubleFault where isGuardPage(faultAddress):
    console.write("Stack overflow: the stack ran into its guard page.\n")
  default:
    break
  }
}

/// Error code bits: SDM volume 3, section 5.7.
private func explainPageFault(_ code: UInt64, address: UInt64) {
  if isGuardPage(address) {
    console.write("Stack overflow: an access to the guard page at ")
  } else if code & 0x10 != 0 {
    console.write(
      code & 1 != 0 ? "Execution of memory that may not be: " : "Execution of unmapped memory: ")
  } else if code & 0x2 != 0 {
    console.write(code & 1 != 0 ? "Write to read-only memory: " : "Write to unmapped memory: ")
  } else {
    console.write("Read of unmapped memory: ")
  }
  console.write(hex: address, digits: 16)
  console.write("\n")
}

/// Swift ends a failed precondition with `ud2` (0x0f 0x0b), and an allocation that failed too.
private func explainInvalidOpcode(at address: UInt64) {
  let isTrap =
    KernelImage.isText(address) && KernelImage.isText(address + 1)
    && readByte(fromAddress: address) == 0x0f && readByte(fromAddress: address + 1) == 0x0b
  if !isTrap {
    console.write("This processor has no such instruction.\n")
  } else if allocationHasFailed {
    console.write("Swift's runtime ended the program: the allocation above failed.\n")
  } else {
    console.write("A Swift precondition failed in the function below.\n")
    _ = symbols.writePlace(ofTrapAt: address, through: kernelWindow, to: &console)
  }
}

private func printRegisters(of frame: interrupt_frame, faultAddress: UInt64) {
  func row(
    _ one: String, _ first: UInt64, _ two: String, _ second: UInt64, _ three: String,
    _ third: UInt64
  ) {
    console.write(one)
    console.write(hex: first, digits: 16)
    console.write(two)
    console.write(hex: second, digits: 16)
    console.write(three)
    console.write(hex: third, digits: 16)
    console.write("\n")
  }
  row("RAX: ", frame.rax, " RBX: ", frame.rbx, " RCX: ", frame.rcx)
  row("RDX: ", frame.rdx, " RSI: ", frame.rsi, " RDI: ", frame.rdi)
  row("RBP: ", frame.rbp, " R8:  ", frame.r8, " R9:  ", frame.r9)
  row("R10: ", frame.r10, " R11: ", frame.r11, " R12: ", frame.r12)
  row("R13: ", frame.r13, " R14: ", frame.r14, " R15: ", frame.r15)
  row("RSP: ", frame.rsp, " RFL: ", frame.rflags, " CS:  ", frame.cs)
  row("CR2: ", faultAddress, " CR3: ", readControlRegister3(), " SS:  ", frame.ss)
}
