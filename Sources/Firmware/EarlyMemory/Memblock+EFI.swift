import Addressing
import EFI
import Memblock

extension Memblock {
  /// Marks memory that the hardware keeps twice, with `kernelcore=mirror`; without it nothing
  /// is marked, but its size is still told.
  ///
  /// Linux: `efi_find_mirror`.
  public mutating func markMirroredMemory(
    of map: EFIMemoryMap, log: inout some TextSink & ~Copyable
  ) throws(MemblockError) {
    var mirrored: UInt64 = 0
    var total: UInt64 = 0
    try map.forEach { (_, descriptor) throws(MemblockError) in
      guard let range = descriptor.range else { return }
      total &+= range.size
      guard descriptor.isMoreReliable else { return }
      try markMirror(range)
      mirrored &+= range.size
    }
    guard mirrored > 0 else { return }
    log.write("efi: Memory: ")
    log.write(decimal: mirrored >> 20)
    log.write("M/")
    log.write(decimal: total >> 20)
    log.write("M mirrored memory\n")
  }
}
