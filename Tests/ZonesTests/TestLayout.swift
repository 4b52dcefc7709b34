import Addressing
import SimulatedMemory
import Zones

extension ZoneLayout {
  /// A layout whose tables stay to the end of the process, and have no byte more than they may.
  init(
    _ regions: [LayoutRegion], movable: MovableOptions = MovableOptions(),
    maximumOrder: Int = ZoneLayout.defaultMaximumOrder
  ) throws {
    let size = ZoneLayout.storageSize(forRegions: regions.count)
    let tables = SimulatedMemory(at: 1 << 50, size: Int(size))
    _ = unsafe Unmanaged.passRetained(tables)
    try self.init(
      ofRegions: regions.count, options: movable, maximumOrder: maximumOrder, in: tables.window,
      at: tables.range.start
    ) { regions[$0] }
  }

  /// What is written of the layout.
  func text(_ write: (ZoneLayout, inout TextBuffer) -> Void) -> String {
    var buffer = TextBuffer()
    write(self, &buffer)
    return String(decoding: buffer.bytes, as: UTF8.self)
  }
}

/// Text in memory.
struct TextBuffer: TextSink {
  fileprivate(set) var bytes: [UInt8] = []
  mutating func write(_ byte: UInt8) { bytes.append(byte) }
}

extension LayoutRegion {
  /// Memory on a node, from and to addresses in MiB.
  static func megabytes(
    _ start: UInt64, _ end: UInt64, node: Int32 = 0, isHotPluggable: Bool = false,
    isMirrored: Bool = false
  ) -> LayoutRegion {
    LayoutRegion(
      AddressRange(from: PhysicalAddress(start << 20), to: PhysicalAddress(end << 20)),
      node: NodeID(node), isHotPluggable: isHotPluggable, isMirrored: isMirrored)
  }
}

extension PageFrameNumber {
  /// The frame at an address in MiB.
  static func megabytes(_ address: UInt64) -> PageFrameNumber { PageFrameNumber(address << 8) }
}
