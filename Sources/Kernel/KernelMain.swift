import Addressing
import Boot
import Firmware
import Memblock
import PageAllocator
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
  scratch(options, information)
  information.withOption(KernelOptions.test) { name in
    guard let name else { return }
    FaultTests.run(name)
    KernelTests.run(name, seed: 1)
  }
  exitMachine(.success)
}

func scratch(_ options: BootOptions, _ information: BootInformation) {
  for index in 0..<memoryMap.count where memoryMap[index].type == .usable {
    try? memblock.add(memoryMap[index].range, node: NodeID(0), flags: .none)
  }
  try? memblock.trimMemory(to: 4096)
  try? memblock.reserve(AddressRange(at: .zero, size: 1 << 20))
  try? memblock.reserve(KernelImage.memory)
  memblock.dump(to: &console)
  let s = KernelAddressSpace.build(for: .read(), screen: information.screen)
  memblock.currentLimit = visibleMemoryEnd
  console.write(decimal: s.tables)
  console.write(" tables\n")
  let early = EarlyStructures.allocate(movable: MovableOptions(), pages: PageAllocator.Options())
  early.layout.write(to: &console)
  memblock.dump(to: &console)
  pages = PageAllocator(early.layout, in: kernelWindow, at: early.allocatorTables.start) { _, _ in
    10
  }
  handOver()
  PageProof.show()
  writeMemorySummary()
}
