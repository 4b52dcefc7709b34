import Addressing
import Boot
import Firmware
import Memblock
import PageAllocator

/// Boots the machine, and runs `program` on it.
///
/// When `program` returns, the machine stays up for its monitor if the command line has the
/// option `monitor`; otherwise it ends, with success.
///
/// - Parameter program: What to do with the machine once it is up.
public func boot(running program: (BootedMachine) -> Void) -> Never {
  boot(changing: { _, _, _ in false }) { program(BootedMachine($0)) }
}

/// The whole boot, step by step.
///
/// - Parameters:
///   - change: What to change of the boot information before it is parsed, for tests.
///   - program: What to do with the machine once it is up.
package func boot(
  changing change: BootInformation.Change,
  running program: (BootInformation) -> Void
) -> Never {
  let clock = BootClock()
  TimeStampClock.start = clock.start
  console.start(loggingThrough: kernelWindow)
  InterruptVector.makeTable()
  BootStep.controllers.begin()
  LegacyInterruptController.moveAndMask()
  MachineCheck.enable()
  BootStep.loaderInformation.begin()
  let information = BootInformation.take(
    from: PhysicalAddress(UInt64(boot_information_address())), changing: change)
  information.report()
  symbols = SymbolTable.find(in: information)

  BootStep.memoryMap.begin()
  let setup = MemorySetup.run(with: information)
  clock.report("Memory and nodes known")
  BootStep.pageTables.begin()
  KernelAddressSpace.enter(
    screen: setup.screen?.memory,
    wantingFiveLevels: information.hasOption(KernelOptions.fiveLevels))
  clock.report("Page tables built")
  setup.screen?.startIfVisible()
  BootStep.earlyStructures.begin()
  setup.testMemory()
  let structures = EarlyStructures.allocate(for: setup)
  setup.reserveNamedMemory()

  BootStep.pageAllocator.begin()
  handOver(to: structures.pages)
  clock.report("Page allocator ready")
  PageProof.show()
  clock.report("Heap ready")
  writeMemorySummary()
  ProcessorStart.run(limit: information.number(of: KernelOptions.processorLimit))

  BootStep.program.begin()
  program(information)
  if information.hasOption(KernelOptions.monitor) {
    var monitor = Monitor(canvas: setup.screen?.canvas)
    monitor.run()
  }
  BootStep.end.begin()
  console.write("Boot complete\n")
  exitMachine(.success)
}
