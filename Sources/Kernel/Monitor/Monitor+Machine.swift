import Addressing
import Memblock
import Synchronization
import X86

/// What the monitor tells of the boot's memory and of the processors.
extension Monitor {
  /// Prints memblock's tables as they were at the hand-over, in the form of Linux's
  /// `memblock_dump_all`.
  func writeMemblock() {
    guard let tables = handOverTables else { return }
    func size(_ regions: [Region]) -> UInt64 { regions.reduce(0) { $0 + $1.size } }
    console.write("MEMBLOCK configuration:\n memory size = ")
    console.write(hex: size(tables.memory), digits: 16)
    console.write(" reserved size = ")
    console.write(hex: size(tables.reserved), digits: 16)
    console.write("\n")
    write(tables.memory, of: "memory")
    write(tables.reserved, of: "reserved")
  }

  private func write(_ regions: [Region], of name: String) {
    console.write(" ")
    console.write(name)
    console.write(".cnt  = ")
    console.write(hex: UInt64(regions.count))
    console.write("\n")
    for (index, region) in regions.enumerated() {
      console.write(" ")
      console.write(name)
      console.write("[")
      console.write(hex: UInt64(index))
      console.write("]\t")
      region.write(to: &console)
      console.write("\n")
    }
  }

  /// A line for each processor, and the number of TLB shootdowns.
  func writeProcessors() {
    guard let set = processorSet else {
      console.write("processor 0 is the only one\n")
      return
    }
    for processor in set.processors {
      console.write("processor ")
      console.write(decimal: UInt64(processor.number))
      console.write(": local APIC ")
      console.write(decimal: UInt64(processor.apicID))
      console.write(
        processor.number == currentProcessor
          ? ", runs this\n" : processor.isIdle.load(ordering: .relaxed) ? ", waits\n" : ", works\n")
    }
    console.write(decimal: set.shootdowns.count)
    console.write(" shootdowns, ")
    console.write(
      decimal: set.shootdowns.nanoseconds / Swift.max(1, set.shootdowns.count))
    console.write(" ns each\n")
  }
}
