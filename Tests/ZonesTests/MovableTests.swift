import Addressing
import Testing
import Zones

/// Where zone Movable starts, in the corner cases.
@Suite struct MovableTests {
  private static let noStart = "Movable zone start for each node\n"

  private func starts(_ layout: ZoneLayout) -> String {
    layout.text { $0.writeMovableStarts(to: &$1) }
  }

  /// The start is rounded up to 4 MiB; where that is the node's end or past it there is no zone.
  @Test(arguments: [8190, 8192] as [UInt64])
  func aStartAtTheNodesEnd(_ end: UInt64) throws {
    let layout = try ZoneLayout(
      [.megabytes(0, 8189), .megabytes(8189, end, isHotPluggable: true)],
      movable: MovableOptions(isHotplugMovable: true))
    #expect(starts(layout) == Self.noStart)
    #expect(layout.node(0)[.movable].present == 0)
    #expect(layout.node(0)[.movable].spanned == 0)
    #expect(layout.node(0)[.normal].present == (end - 4096) << 8)
  }

  @Test func aStartBelowTheNodesEnd() throws {
    let layout = try ZoneLayout(
      [.megabytes(0, 8189), .megabytes(8189, 8193, isHotPluggable: true)],
      movable: MovableOptions(isHotplugMovable: true))
    #expect(layout.node(0)[.movable].start == .megabytes(8192))
    #expect(layout.node(0)[.movable].present == 1 << 8)
  }

  private let mirror = MovableOptions(isKernelCoreMirrored: true)

  /// What starts below 4 GiB is the kernel's to its end.
  @Test func aRangeAcross4GiBThatIsNotMirrored() throws {
    let layout = try ZoneLayout(
      [.megabytes(0, 3072, isMirrored: true), .megabytes(3072, 5120), .megabytes(6144, 8192)],
      movable: mirror)
    #expect(layout.movableWarning == .notMirroredBelow4GiB)
    #expect(layout.node(0)[.movable].start == .megabytes(6144))
    #expect(layout.node(0)[.normal].present == 1024 << 8)
  }

  @Test func aMirroredRangeAcross4GiB() throws {
    let layout = try ZoneLayout(
      [.megabytes(0, 5120, isMirrored: true), .megabytes(5120, 8192)], movable: mirror)
    #expect(layout.movableWarning == nil)
    #expect(layout.node(0)[.movable].start == .megabytes(5120))
  }

  /// That memory may be unplugged makes no difference here.
  @Test(arguments: [false, true])
  func aRangeFrom4GiBOn(_ isHotPluggable: Bool) throws {
    let layout = try ZoneLayout(
      [
        .megabytes(0, 4096, isMirrored: true),
        .megabytes(4096, 8192, isHotPluggable: isHotPluggable),
      ], movable: mirror)
    #expect(layout.movableWarning == nil)
    #expect(layout.node(0)[.movable].start == .megabytes(4096))
    #expect(layout.node(0)[.normal].present == 0)
    #expect(layout.node(0)[.normal].spanned == 0)
    #expect(layout.node(0).present == 8192 << 8)
    #expect(layout.present == 8192 << 8)
  }

  @Test func noMirrorAtAll() throws {
    let layout = try ZoneLayout([.megabytes(0, 8192)], movable: mirror)
    #expect(layout.movableWarning == .noMirror)
    #expect(layout.node(0)[.movable].present == 0)
  }

  /// Mirrored memory above Movable's start stays Normal, so that the zones overlap.
  @Test func mirroredMemoryInsideMovable() throws {
    let layout = try ZoneLayout(
      [
        .megabytes(0, 4608, isMirrored: true), .megabytes(4608, 5120),
        .megabytes(5120, 6144, isMirrored: true), .megabytes(6144, 8192),
      ], movable: mirror)
    let normal = layout.node(0)[.normal]
    #expect(normal.start == .megabytes(4096))
    #expect(normal.spanned == 4096 << 8)
    #expect(normal.present == (512 + 1024) << 8)
    let movable = layout.node(0)[.movable]
    #expect(movable.start == .megabytes(4608))
    #expect(movable.spanned == (8192 - 4608) << 8)
    #expect(movable.present == (512 + 2048) << 8)
  }

  /// Movable's start is rounded up into mirrored memory, which it does not divide.
  @Test func aStartInsideAMirror() throws {
    let layout = try ZoneLayout(
      [
        .megabytes(0, 5121, isMirrored: true), .megabytes(5121, 5122),
        .megabytes(5122, 6144, isMirrored: true), .megabytes(6144, 8192),
      ], movable: mirror)
    #expect(layout.node(0)[.movable].start == .megabytes(5124))
    #expect(layout.node(0)[.movable].present == 2048 << 8)
    var parts: [Range<PageFrameNumber>] = []
    layout.forEachPart(ofRange: 2) { frames, _, kind in
      #expect(kind == .normal)
      parts.append(frames)
    }
    #expect(parts == [.megabytes(5122)..<PageFrameNumber.megabytes(6144)])
  }
}
