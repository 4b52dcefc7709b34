import Addressing
import PageAllocator
import Testing

/// Where zone Movable starts, in the corner cases.
@Suite struct MovableTests {
  private func region(
    _ start: UInt64, _ end: UInt64, hot: Bool = false, mirrored: Bool = false
  ) -> LayoutRegion {
    LayoutRegion(
      AddressRange(from: PhysicalAddress(start << 20), to: PhysicalAddress(end << 20)),
      node: NodeID(0), isHotPluggable: hot, isMirrored: mirrored)
  }

  private func starts(_ layout: ZoneLayout) -> String {
    var text = TextBuffer()
    layout.writeMovableStarts(to: &text)
    return text.text
  }

  /// The start is rounded up to 4 MiB; where that is the node's end or past it there is no zone.
  @Test(arguments: [8190, 8192] as [UInt64])
  func aStartAtTheNodesEnd(_ end: UInt64) throws {
    let layout = try LayoutOnly(
      [region(0, 8189), region(8189, end, hot: true)],
      movable: MovableOptions(isHotplugMovable: true)
    ).layout
    #expect(starts(layout) == "Movable zone start for each node\n")
    #expect(layout.node(0)[.movable].present == 0)
    #expect(layout.node(0)[.movable].spanned == 0)
    #expect(layout.node(0)[.normal].present == (end - 4096) << 8)
  }

  @Test func aStartBelowTheNodesEnd() throws {
    let layout = try LayoutOnly(
      [region(0, 8189), region(8189, 8193, hot: true)],
      movable: MovableOptions(isHotplugMovable: true)
    ).layout
    #expect(layout.node(0)[.movable].start == PageFrameNumber(8192 << 8))
    #expect(layout.node(0)[.movable].present == 1 << 8)
  }

  private var mirror: MovableOptions { MovableOptions(isKernelCoreMirrored: true) }

  @Test func aRangeAcross4GiBThatIsNotMirrored() throws {
    let layout = try LayoutOnly(
      [region(0, 3072, mirrored: true), region(3072, 5120), region(6144, 8192)], movable: mirror
    ).layout
    #expect(layout.movableWarning == .notMirroredBelow4GiB)
    // What starts below 4 GiB is the kernel's to its end.
    #expect(layout.node(0)[.movable].start == PageFrameNumber(6144 << 8))
    #expect(layout.node(0)[.normal].present == 1024 << 8)
  }

  @Test func aMirroredRangeAcross4GiB() throws {
    let layout = try LayoutOnly(
      [region(0, 5120, mirrored: true), region(5120, 8192)], movable: mirror
    ).layout
    #expect(layout.movableWarning == nil)
    #expect(layout.node(0)[.movable].start == PageFrameNumber(5120 << 8))
  }

  @Test func aRangeFrom4GiBOn() throws {
    let layout = try LayoutOnly(
      [region(0, 4096, mirrored: true), region(4096, 8192)], movable: mirror
    ).layout
    #expect(layout.movableWarning == nil)
    #expect(layout.node(0)[.movable].start == PageFrameNumber(4096 << 8))
    #expect(layout.node(0)[.normal].present == 0)
  }

  @Test func noMirrorAtAll() throws {
    let layout = try LayoutOnly([region(0, 8192)], movable: mirror).layout
    #expect(layout.movableWarning == .noMirror)
    #expect(layout.node(0)[.movable].present == 0)
  }

  /// Mirrored memory above Movable's start stays Normal, so that the zones overlap.
  @Test func mirroredMemoryInsideMovable() throws {
    let layout = try LayoutOnly(
      [
        region(0, 4608, mirrored: true), region(4608, 5120), region(5120, 6144, mirrored: true),
        region(6144, 8192),
      ], movable: mirror
    ).layout
    let normal = layout.node(0)[.normal]
    #expect(normal.start == PageFrameNumber(4096 << 8))
    #expect(normal.spanned == 4096 << 8)
    #expect(normal.present == (512 + 1024) << 8)
    let movable = layout.node(0)[.movable]
    #expect(movable.start == PageFrameNumber(4608 << 8))
    #expect(movable.spanned == (8192 - 4608) << 8)
    #expect(movable.present == (512 + 2048) << 8)
  }
}
