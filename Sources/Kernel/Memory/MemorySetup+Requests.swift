import Addressing
import Firmware
import Memblock

/// What the command line asks of memory once all of it can be seen.
extension MemorySetup {
  /// Finds RAM that is not there. Then `memtest=`: writes patterns over free memory, and reserves what
  /// does not keep them.
  func probeAndTestMemory() {
    do throws(MemblockError) {
      // All of it can be seen only now.
      try Self.probeFreeMemory()
      var window = kernelWindow
      let all = AddressRange(from: .zero, to: visibleMemoryEnd)
      let bad = try EarlyMemtest.run(
        patterns: options.memtestPatterns, in: all, of: &memblock, through: &window,
        log: &console)
      if bad > 0 {
        console.write("memtest: ")
        console.write(decimal: bad)
        console.write(" bad bytes are reserved\n")
      }
    } catch {
      error.write(to: &console, caller: "memtest")
      console.write("\n")
    }
  }

  /// `reserve_mem=`: sets memory apart under a name; a line for each.
  func reserveNamedMemory() {
    memblock.allocateNamedReservations(options, log: &console)
  }
}
