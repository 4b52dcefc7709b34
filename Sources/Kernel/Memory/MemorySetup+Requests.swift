import Addressing
import Firmware
import Memblock

/// What the command line asks of memory once all of it can be seen.
extension MemorySetup {
  /// `memtest=`: writes patterns over free memory, and reserves what does not keep them.
  func testMemory() {
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

  /// `reserve_mem=`: sets memory apart under a name; one line for each, or why it could not be.
  func reserveNamedMemory() {
    for index in 0..<options.namedReservationCount {
      let wanted = options.namedReservations[index]
      console.write("reserve_mem: ")
      information.withBytes { console.write(utf8: $0.extracting(wanted.name)) }
      do throws(MemblockError) {
        let address = try memblock.allocate(
          size: wanted.size, alignment: wanted.alignment, caller: "reserve_mem")
        console.write(" [mem ")
        console.write(address)
        console.write("-")
        console.write(hex: address.value + wanted.size - 1, digits: 16)
        console.write("]\n")
      } catch {
        console.write(" ")
        error.write(to: &console)
        console.write("\n")
      }
    }
  }
}
