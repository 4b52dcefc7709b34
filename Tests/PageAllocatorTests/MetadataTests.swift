import Addressing
import PageAllocator
import SimulatedMemory
import Testing
import Zones

/// What the allocator's own tables take.
@Suite struct MetadataTests {
  @Test func sixteenNodesOfTwelveTebibytes() throws {
    let tables = SimulatedMemory(at: 1 << 50, size: 1 << 16)
    let layout = try ZoneLayout(ofRegions: 16, in: tables.window, at: tables.range.start) {
      .megabytes(UInt64($0) * 768 << 10, UInt64($0 + 1) * 768 << 10, node: Int32($0))
    }
    var size = PageAllocator.storageSize(for: layout)
    for node in 0..<16 { size += layout.recordsSize(ofNode: node) }
    withExtendedLifetime(tables) {}
    // 104 KiB a GiB.
    #expect(size <= 12_288 * 104 << 10)
  }
}
