import Addressing
import KernelCommandLine
import Memblock

/// What can replace the nodes that ACPI describes by others, before they are set on memblock: the
/// module NUMAEmulation, for `numa=fake=`.
public protocol NodeEmulator: ~Copyable {
  /// Replaces the nodes of `topology`, if `options` say so and there is memory enough; otherwise
  /// nothing changes.
  ///
  /// - Parameters:
  ///   - topology: The nodes as ACPI describes them, checked.
  ///   - options: The kernel command line's.
  ///   - memblock: All RAM is in.
  ///   - endOfRAM: The frame past the last of the memory map's RAM.
  ///   - log: Takes Linux's lines.
  /// - Throws: where memblock's tables are full and may not grow.
  mutating func replaceNodes(
    of topology: inout NUMATopology, options: BootOptions, memblock: borrowing Memblock,
    endOfRAM: PageFrameNumber, log: inout some TextSink & ~Copyable
  ) throws(MemblockError)
}

/// Leaves the nodes as they are.
struct NoNodeEmulation: NodeEmulator {
  func replaceNodes(
    of topology: inout NUMATopology, options: BootOptions, memblock: borrowing Memblock,
    endOfRAM: PageFrameNumber, log: inout some TextSink & ~Copyable
  ) throws(MemblockError) {
    guard options.fakeNodes != nil else { return }
    log.write("NUMA: numa=fake= is ignored: this kernel is built without NUMAEmulation\n")
  }
}
