public import Addressing
import Zones

/// The parts of a kernel's image, in bytes, for the `Memory:` line.
public struct ImageSizes: Sendable {
  /// Code.
  public var code: UInt64
  /// Data that is written.
  public var data: UInt64
  /// Constants.
  public var constants: UInt64
  /// What only the boot needs.
  public var initialization: UInt64
  /// Data that starts as zeros.
  public var zeroed: UInt64

  /// Makes a set of sizes.
  public init(
    code: UInt64, data: UInt64, constants: UInt64, initialization: UInt64, zeroed: UInt64
  ) {
    self.code = code
    self.data = data
    self.constants = constants
    self.initialization = initialization
    self.zeroed = zeroed
  }
}

/// The allocator's state in the words of Linux's files and boot log.
extension PageAllocator {
  /// Writes `/proc/buddyinfo`: the free blocks of each order, a line for each zone that has
  /// memory. Frames in processors' caches are not counted, as in Linux.
  public func writeBuddyInfo(to sink: inout some TextSink & ~Copyable) {
    for node in 0..<layout.nodeCount {
      for number in ZoneKind.all.indices {
        let kind = ZoneKind.all[number]
        guard layout.node(node)[kind].present > 0 else { continue }
        let counts = freeBlocks(ofNode: node, kind)
        writeZoneName(node, kind, to: &sink)
        sink.write(" ")
        for order in 0...layout.maximumOrder {
          sink.write(decimal: counts[order], width: 6)
          sink.write(" ")
        }
        sink.write("\n")
      }
    }
  }

  /// Writes what the allocator knows of `/proc/zoneinfo`.
  public func writeZoneInfo(to sink: inout some TextSink & ~Copyable) {
    for node in 0..<layout.nodeCount {
      for number in ZoneKind.all.indices {
        let kind = ZoneKind.all[number]
        let zone = statistics(ofNode: node, kind)
        writeZoneName(node, kind, to: &sink)
        sink.write("\n  pages free     ")
        sink.write(decimal: zone.free)
        sink.write("\n        spanned  ")
        sink.write(decimal: zone.spanned)
        sink.write("\n        present  ")
        sink.write(decimal: zone.present)
        sink.write("\n        managed  ")
        sink.write(decimal: zone.managed)
        sink.write("\n        cma      0\n")
        guard zone.present > 0 else { continue }
        sink.write("      nr_free_pages ")
        sink.write(decimal: zone.free)
        sink.write("\n  start_pfn:           ")
        sink.write(decimal: zone.start.value)
        sink.write("\n")
      }
    }
  }

  /// Writes each zone's fragmentation index by order, as in Linux's `extfrag_index`.
  public func writeFragmentationIndex(to sink: inout some TextSink & ~Copyable) {
    for node in 0..<layout.nodeCount {
      for number in ZoneKind.all.indices {
        let kind = ZoneKind.all[number]
        guard layout.node(node)[kind].present > 0 else { continue }
        let counts = freeBlocks(ofNode: node, kind)
        writeZoneName(node, kind, to: &sink)
        sink.write(" ")
        for order in 0...layout.maximumOrder {
          sink.write(thousandths: counts.fragmentationIndex(of: order))
          sink.write(" ")
        }
        sink.write("\n")
      }
    }
  }

  /// Writes Linux's line on what memory is left after the hand-off, in KiB: free of all there
  /// is, what the kernel's image takes, and what was reserved.
  public func writeMemoryLine(_ image: ImageSizes, to sink: inout some TextSink & ~Copyable) {
    let present = layout.present
    sink.write("Memory: ")
    sink.write(decimal: (freeFrames + cachedFrames) * 4)
    sink.write("K/")
    sink.write(decimal: present * 4)
    sink.write("K available (")
    sink.write(kilobytes: image.code, of: " kernel code, ")
    sink.write(kilobytes: image.data, of: " rwdata, ")
    sink.write(kilobytes: image.constants, of: " rodata, ")
    sink.write(kilobytes: image.initialization, of: " init, ")
    sink.write(kilobytes: image.zeroed, of: " bss, ")
    sink.write(decimal: (present - managedFrames) * 4)
    sink.write("K reserved, 0K cma-reserved)\n")
  }

  private func writeZoneName(
    _ node: Int, _ kind: ZoneKind, to sink: inout some TextSink & ~Copyable
  ) {
    sink.write("Node ")
    sink.write(decimal: UInt64(layout.node(node).node.value))
    sink.write(", zone ")
    kind.write(to: &sink, width: 8)
  }
}

extension TextSink where Self: ~Copyable {
  /// Writes bytes as whole KiB, and what they are.
  fileprivate mutating func write(kilobytes bytes: UInt64, of what: String) {
    write(decimal: bytes >> 10)
    write("K")
    write(what)
  }

  /// Writes thousandths as `printf`'s `%2d.%03d` of the number and its rest does.
  fileprivate mutating func write(thousandths: Int) {
    write(thousandths < 0 ? "-" : " ")
    let size = thousandths.magnitude
    write(decimal: UInt64(size / 1000))
    write(".")
    write(decimal: UInt64(size % 1000 / 100))
    write(decimal: UInt64(size % 100 / 10))
    write(decimal: UInt64(size % 10))
  }
}
