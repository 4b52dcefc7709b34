import Addressing
import PageAllocator
import SimulatedMemory
import Zones

/// A machine as a test describes it: regions of memory, all free, of which only the
/// allocator's tables are really there.
final class TestMachine {
  /// The allocator's tables, far above all memory.
  let tables: SimulatedMemory
  let layout: ZoneLayout
  let pages: PageAllocator

  /// A machine with regions of memory, of which `released` (all, if nothing is said) is free.
  init(
    _ regions: [LayoutRegion], released: [AddressRange]? = nil,
    movable: MovableOptions = MovableOptions(), maximumOrder: Int = 10,
    options: PageAllocator.Options = .init(), distance: (NodeID, NodeID) -> Int = { _, _ in 20 }
  ) throws {
    let total = regions.reduce(0) { $0 + $1.range.size }
    let size =
      Int(total >> 13) + (2 << 20) + regions.count * (maximumOrder > 12 ? 1 << 18 : 1 << 13)
    tables = SimulatedMemory(at: 1 << 50, size: size)
    tables.keep()
    let layoutSize = ZoneLayout.storageSize(forRegions: regions.count).alignedUp(to: 4096)
    layout = try ZoneLayout(
      ofRegions: regions.count, options: movable, maximumOrder: maximumOrder, in: tables.window,
      at: tables.range.start
    ) { regions[$0] }
    var next = tables.range.start + layoutSize
    for node in 0..<layout.nodeCount {
      layout.placeRecords(ofNode: node, at: next)
      next = next + layout.recordsSize(ofNode: node).alignedUp(to: 4096)
    }
    pages = PageAllocator(
      layout, options: options, in: tables.window, at: next, distance: distance)
    for range in released ?? regions.map(\.range) {
      if let frames = range.wholeFrames { pages.release(frames) }
    }
  }

  /// The lines of `/proc/buddyinfo`.
  var buddyInfo: String {
    var text = TextBuffer()
    pages.writeBuddyInfo(to: &text)
    return text.text
  }
}

/// Text in memory.
struct TextBuffer: TextSink {
  var bytes: [UInt8] = []
  var text: String { String(decoding: bytes, as: UTF8.self) }
  mutating func write(_ byte: UInt8) { bytes.append(byte) }
}

/// The generator of the benchmarks: xorshift64 (13, 7, 17).
struct Xorshift: RandomNumberGenerator {
  var state: UInt64 = 0x9E37_79B9_7F4A_7C15
  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}

extension LayoutRegion {
  /// Memory on a node, from and to addresses in MiB.
  static func megabytes(_ start: UInt64, _ end: UInt64, node: Int32 = 0) -> LayoutRegion {
    LayoutRegion(
      AddressRange(from: PhysicalAddress(start << 20), to: PhysicalAddress(end << 20)),
      node: NodeID(node))
  }
}

extension SimulatedMemory {
  /// Keeps the memory to the end of the process, for tests that pass handles around.
  func keep() { _ = unsafe Unmanaged.passRetained(self) }
}
