import Addressing
import KernelCommandLine
import Memblock

extension Memblock {
  /// Allocates what `reserve_mem=` asks for, each with its line on the log; one that there is no
  /// memory for is left out. What was reserved is found again by its name. Memory that the last kernel
  /// has kept under a name stays where it is, where it has that size and alignment; otherwise it stays,
  /// and nothing is allocated: what it holds is worth more.
  ///
  /// - Parameters:
  ///   - options: The kernel command line's.
  ///   - log: Takes the lines.
  ///
  /// Linux: `reserve_mem` in `mm/memblock.c`, `reserve_mem_kho_revive`.
  public mutating func allocateNamedReservations(
    _ options: BootOptions, log: inout some TextSink & ~Copyable
  ) {
    // A bit for each option whose name stands for memory of the last kernel.
    var kept: UInt8 = 0
    for index in 0..<options.namedReservationCount {
      let wanted = options.namedReservations[index]
      guard let range = reservation(named: wanted.name.bytes) else { continue }
      let isAligned = wanted.alignment < 2 || range.start.value % wanted.alignment == 0
      if range.size == wanted.size, isAligned { kept |= 1 << UInt8(index) }
    }
    for index in 0..<options.namedReservationCount {
      let wanted = options.namedReservations[index]
      log.write("reserve_mem: ")
      log.write(printable: wanted.name.bytes)
      do throws(MemblockError) {
        let isKept = kept & 1 << UInt8(index) != 0
        let range =
          isKept
          ? reservation(named: wanted.name.bytes)
          : try reserve(
            named: wanted.name.bytes, size: wanted.size, alignment: wanted.alignment)
        log.write(" ")
        if let range { log.write(memory: range, digits: 8) }
        log.write(isKept ? " kept\n" : "\n")
      } catch {
        log.write(": ")
        error.write(to: &log, caller: "not reserved")
        log.write("\n")
      }
    }
  }
}
