import Addressing
import Boot
import Firmware
import X86

/// Where the assembly leads: the whole boot, step by step.
///
/// The symbol's name is the one that SwiftPM gives the entry of an executable module and asks
/// the linker for.
@c(Kernel_main)
func kernelMain(magic: UInt32, information: UInt32) {
  console.start(loggingThrough: kernelWindow)
  let information = BootInformation.take(from: PhysicalAddress(UInt64(information)))
  information.startScreen()
  symbols = SymbolTable.find(in: information)
  information.withBytes { bytes in
    memoryMap.fill(from: information.contents, in: bytes, log: &console)
  }
  let options = information.withBytes { bytes in
    BootOptions(
      reading: information.contents.commandLine, of: bytes, applyingTo: &memoryMap,
      kernelOptions: KernelOptions.names, log: &console)
  }
  memoryMap.finishUserChanges(options, log: &console)
  information.withOption(KernelOptions.test) { name in
    if let name { FaultTests.run(name) }
  }
  exitMachine(.success)
}
