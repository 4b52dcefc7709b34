import Addressing
import Boot
import Firmware
import Memblock
import PageAllocator

/// Where the assembly leads: the whole boot, step by step.
///
/// The symbol's name is the one that SwiftPM gives the entry of an executable module and asks
/// the linker for.
@c(Kernel_main)
func kernelMain(magic: UInt32, information address: UInt32) {
  let clock = BootClock()
  console.start(loggingThrough: kernelWindow)
  let information = BootInformation.take(from: PhysicalAddress(UInt64(address)))
  information.startScreen()
  information.report()
  symbols = SymbolTable.find(in: information)

  let setup = MemorySetup.run(with: information)
  clock.report("Memory and nodes known")
  KernelAddressSpace.enter(screen: information.screen)
  setup.testMemory()
  let structures = EarlyStructures.allocate(for: setup)
  setup.reserveNamedMemory()

  handOver(to: structures.pages)
  clock.report("Page allocator ready")
  PageProof.show()
  startHeap()
  writeMemorySummary()

  runTests(of: information)
  if information.hasOption(KernelOptions.monitor) {
    var monitor = Monitor()
    monitor.run()
  }
  console.write("Boot complete\n")
  exitMachine(.success)
}

/// Runs what `test=` names, which ends the machine; `seed=` says where random tests start.
private func runTests(of information: BootInformation) {
  let seed = information.number(of: KernelOptions.seed) ?? 1
  information.withOption(KernelOptions.test) { name in
    guard let name else { return }
    FaultTests.run(name)
    KernelTests.run(name, seed: seed)
    console.write("no test has the name '")
    console.write(utf8: name)
    console.write("'\n")
    exitMachine(.failure)
  }
}
