import Addressing
import Boot
import Firmware
import Memblock
import PageAllocator

/// The whole boot, step by step.
///
/// - Parameters:
///   - change: What to change of the boot information before it counts: nothing, but for tests.
///   - program: What to do with the machine once it is up. When it comes back, the machine stays
///     up for its monitor, or ends with success.
package func boot(
  changing change: BootInformation.Change = { _, _, _ in false },
  running program: (BootInformation) -> Void
) -> Never {
  let clock = BootClock()
  console.start(loggingThrough: kernelWindow)
  let information = BootInformation.take(
    from: PhysicalAddress(UInt64(boot_information_address())), changing: change)
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

  program(information)
  if information.hasOption(KernelOptions.monitor) {
    var monitor = Monitor()
    monitor.run()
  }
  console.write("Boot complete\n")
  exitMachine(.success)
}
