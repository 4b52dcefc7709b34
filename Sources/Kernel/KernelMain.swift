import Addressing
import Boot
import X86

/// Where the assembly leads: the whole boot, step by step.
///
/// The symbol's name is the one that SwiftPM gives the entry of an executable module and asks
/// the linker for.
@c(Kernel_main)
func kernelMain(magic: UInt32, information: UInt32) {
  console.start(loggingThrough: kernelWindow)
  console.write("hello\n")
  precondition(magic == 0)
  exitMachine(.success)
}
