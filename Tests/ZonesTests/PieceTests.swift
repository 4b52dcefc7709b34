import Addressing
import Testing

@testable import Zones

/// The pieces that records are kept for: cut where the zone changes, dense in slots.
@Suite struct PieceTests {
  /// The pieces in words: frames, chunks by slot and zone.
  private func pieces(_ layout: ZoneLayout) -> [String] {
    (0..<layout.pieceCount).map { index in
      let piece = layout.pieces[index]
      let frames = "\(String(piece.start, radix: 16))..<\(String(piece.end, radix: 16))"
      return "\(frames) at \(piece.chunkSlots) of zone \(piece.zone)"
    }
  }

  private func frames(_ start: UInt64, _ end: UInt64) -> LayoutRegion {
    LayoutRegion(
      AddressRange(
        from: PageFrameNumber(start).start, to: PageFrameNumber(end).start), node: NodeID(0))
  }

  @Test func cutWhereZonesAndNodesChange() throws {
    let layout = try ZoneLayout([
      .megabytes(8, 24), .megabytes(24, 40, node: 1), .megabytes(4080, 4112, node: 1),
    ])
    #expect(
      pieces(layout) == [
        "800..<1000 at 0..<1 of zone 0", "1000..<1800 at 0..<1 of zone 1",
        "1800..<2800 at 0..<2 of zone 5", "ff000..<100000 at 2..<3 of zone 5",
        "100000..<101000 at 0..<1 of zone 6",
      ])
    #expect((0..<8).map { layout.pieceCount(ofZone: $0) } == [1, 1, 0, 0, 0, 2, 1, 0])
    #expect((0..<8).map { layout.chunkSlots(ofZone: $0) } == [1, 1, 0, 0, 0, 3, 1, 0])
  }

  /// Holes of less than a chunk between two chunks that are touched stay inside a piece.
  @Test func joinedWhereNoChunkLiesBetween() throws {
    #expect(
      pieces(try ZoneLayout([frames(0x1000, 0x1400), frames(0x2c00, 0x3000)])) == [
        "1000..<3000 at 0..<2 of zone 1"
      ])
    #expect(
      pieces(try ZoneLayout([frames(0x1000, 0x2000), frames(0x3000, 0x3400)])) == [
        "1000..<2000 at 0..<1 of zone 1", "3000..<3400 at 1..<2 of zone 1",
      ])
    #expect(
      pieces(try ZoneLayout([frames(0x1000, 0x2001), frames(0x3000, 0x3400)])) == [
        "1000..<3400 at 0..<3 of zone 1"
      ])
  }

  /// Slots are equal to frames modulo the largest block.
  @Test func alignedToTheLargestBlock() throws {
    let regions = [frames(0x10_5000, 0x10_6000), frames(0x20_3000, 0x20_4000)]
    #expect(
      pieces(try ZoneLayout(regions, maximumOrder: ZoneLayout.defaultMaximumOrder)) == [
        "105000..<106000 at 0..<1 of zone 2", "203000..<204000 at 1..<2 of zone 2",
      ])
    #expect(
      pieces(try ZoneLayout(regions, maximumOrder: 14)) == [
        "105000..<106000 at 1..<2 of zone 2", "203000..<204000 at 7..<8 of zone 2",
      ])
    #expect(
      pieces(try ZoneLayout(regions, maximumOrder: 18)) == [
        "105000..<106000 at 5..<6 of zone 2", "203000..<204000 at 67..<68 of zone 2",
      ])
    #expect(ZoneLayout.largestMaximumOrder == 18)
  }

  @Test func nodesAreInTheOrderOfTheirNumbers() throws {
    let layout = try ZoneLayout([
      .megabytes(16, 32, node: 2), .megabytes(32, 48, node: 0), .megabytes(48, 64, node: 1),
      .megabytes(64, 80, node: 0),
    ])
    #expect((0..<layout.nodeCount).map { layout.node($0).node.value } == [0, 1, 2])
    #expect((0..<3).map { layout.node($0).present } == [0x2000, 0x1000, 0x1000])
    #expect(
      layout.text { $0.writeNodeSetup(to: &$1) { _ in false } } == """
        Initmem setup node 0 [mem 0x0000000002000000-0x0000000004ffffff]
        Initmem setup node 1 [mem 0x0000000003000000-0x0000000003ffffff]
        Initmem setup node 2 [mem 0x0000000001000000-0x0000000001ffffff]

        """)
    #expect(pieces(layout).map { $0.suffix(6) } == ["zone 9", "zone 1", "zone 5", "zone 1"])
  }
}
