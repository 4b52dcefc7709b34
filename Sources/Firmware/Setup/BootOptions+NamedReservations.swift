import Addressing
import Memblock

extension BootOptions {
  /// Allocates what `reserve_mem=` asks for, each with its line on the log; one that there is
  /// no memory for is passed over.
  ///
  /// - Parameters:
  ///   - bytes: The bytes that the options were read from, for the names.
  ///   - memblock: Allocation must be possible, and zones not be set up yet.
  ///   - log: Takes the lines.
  ///
  /// Linux: `reserve_mem` in `mm/memblock.c`.
  public mutating func allocateNamedReservations(
    _ bytes: RawSpan, in memblock: inout Memblock, log: inout some TextSink & ~Copyable
  ) {
    for index in 0..<namedReservationCount {
      let wanted = namedReservations[index]
      log.write("reserve_mem: ")
      for place in wanted.name.clamped(to: 0..<bytes.byteCount) {
        let letter = bytes[byteAt: place]
        log.write(letter >= 0x20 && letter < 0x7f ? letter : UInt8(ascii: "?"))
      }
      do throws(MemblockError) {
        let range = try memblock.allocate(size: wanted.size, alignment: wanted.alignment)
        namedReservations[index].address = range.start
        log.write(" [mem ")
        log.write(range, digits: 8)
        log.write("]\n")
      } catch {
        log.write(": ")
        error.write(to: &log, caller: "not reserved")
        log.write("\n")
      }
    }
  }
}
