import Addressing
import KernelCommandLine
import Memblock

extension Memblock {
  /// Allocates what `reserve_mem=` asks for, each with its line on the log; one that there is no
  /// memory for is left out. What was reserved is found again by its name.
  ///
  /// - Parameters:
  ///   - options: The kernel command line's.
  ///   - log: Takes the lines.
  ///
  /// Linux: `reserve_mem` in `mm/memblock.c`.
  public mutating func allocateNamedReservations(
    _ options: BootOptions, log: inout some TextSink & ~Copyable
  ) {
    for index in 0..<options.namedReservationCount {
      let wanted = options.namedReservations[index]
      log.write("reserve_mem: ")
      log.write(printable: wanted.name.bytes)
      do throws(MemblockError) {
        let range = try reserve(
          named: wanted.name.bytes, size: wanted.size, alignment: wanted.alignment)
        log.write(" ")
        log.write(memory: range, digits: 8)
        log.write("\n")
      } catch {
        log.write(": ")
        error.write(to: &log, caller: "not reserved")
        log.write("\n")
      }
    }
  }
}
