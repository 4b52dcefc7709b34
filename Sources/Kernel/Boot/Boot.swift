import Addressing
import Boot
import Firmware
import Memblock
import PageAllocator
import X86

/// Boots the machine, and runs `program` on it.
///
/// When `program` returns, the machine ends, with success.
///
/// - Parameter program: What to do with the machine once it is up.
public func boot(running program: (BootedMachine) -> Void) -> Never {
  boot(changing: { _, _, _ in false }, running: program)
}

/// The whole boot, step by step.
///
/// - Parameters:
///   - change: What to change of the boot information before it is parsed, for tests.
///   - program: What to do with the machine once it is up.
package func boot(
  changing change: BootInformation.Change,
  running program: (BootedMachine) -> Void
) -> Never {
  TimeStampClock.start = readTimeStampCounter()
  console.start(loggingThrough: kernelWindow)
  InterruptVector.makeTable()
  BootStep.controllers.begin()
  LegacyInterruptController.moveAndMask()
  MachineCheck.enable()
  BootStep.loaderInformation.begin()
  let information = BootInformation.read(
    from: PhysicalAddress(UInt64(boot_information_address())), changing: change)
  console.setLevels(by: information)
  information.report()
  symbols = SymbolTable.find(in: information)

  BootStep.memoryMap.begin()
  let setup = MemorySetup.run(with: information)
  BootStep.pageTables.begin()
  KernelAddressSpace.enter(
    screen: setup.screen?.memory,
    wantingFiveLevels: information.hasOption(KernelOptions.fiveLevels))
  setup.screen?.startIfVisible()
  BootStep.earlyStructures.begin()
  setup.probeAndTestMemory()
  let structures = EarlyStructures.allocate(for: setup)
  setup.reserveNamedMemory()

  BootStep.handOver.begin()
  handOver(to: structures.pages)
  BootStep.pageAllocator.begin()
  PageAllocatorSelfTest.run()
  writeMemorySummary()
  BootStep.processors.begin()
  Idle.choose(by: information)
  ProcessorStart.run(limit: information.number(of: KernelOptions.processorLimit))

  BootStep.program.begin()
  console.drawAtOnce()
  console.level = nil
  program(BootedMachine(information, screen: setup.screen))
  BootStep.end.begin()
  console.write("Boot complete\n")
  exitMachine(.success)
}
