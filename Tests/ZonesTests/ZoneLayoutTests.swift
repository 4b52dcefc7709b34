import Addressing
import Foundation
import Testing
import Zones

@Suite struct ZoneLayoutTests {
  @Test func thereAreBoots() { #expect(LinuxBoot.names.count == 13) }

  @Test(arguments: LinuxBoot.names)
  func textIsLinuxs(_ name: String) throws {
    let boot = try LinuxBoot(name)
    let text = try ZoneLayout(boot.regions).text { layout, text in
      layout.write(to: &text) { boot.memoryless.contains($0.value) }
    }
    #expect(text == boot.layout)
  }

  /// The hot-plug machines got more memory after they had booted, so their zones differ.
  @Test(arguments: LinuxBoot.names.filter { !$0.hasPrefix("hotplug") })
  func zonesAreLinuxs(_ name: String) throws {
    let boot = try LinuxBoot(name)
    let layout = try ZoneLayout(boot.regions)
    for index in 0..<layout.nodeCount {
      let node = layout.node(index)
      for (kind, kindName) in [
        (ZoneKind.dma, "DMA"), (.dma32, "DMA32"), (.normal, "Normal"), (.movable, "Movable"),
      ] {
        let recorded = try #require(boot.zones["Node \(node.node.value), zone \(kindName)"])
        #expect([node[kind].spanned, node[kind].present] == Array(recorded.prefix(2)))
        if recorded.count > 2 { #expect(node[kind].start == PageFrameNumber(recorded[2])) }
      }
    }
  }

  @Test func sixteenNodesOfTwelveTebibytes() throws {
    let text = try String(
      contentsOf: LinuxBoot.folder.appendingPathComponent("x86-16node-12tib.ranges"),
      encoding: .utf8)
    let regions = text.matches(of: /node +(\d+): \[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\]/).map {
      LayoutRegion(
        AddressRange(
          from: PhysicalAddress(UInt64($0.2, radix: 16) ?? 0),
          to: PhysicalAddress((UInt64($0.3, radix: 16) ?? 0) + 1)),
        node: NodeID(Int32($0.1) ?? 0))
    }
    #expect(regions.count == 22)
    let layout = try ZoneLayout(regions)
    #expect(layout.text { $0.writeRanges(to: &$1) } == text)
    #expect(layout.nodeCount == 16)
  }

  @Test func zonesThatAreEmptyHaveNoStart() throws {
    let layout = try ZoneLayout([.megabytes(16, 64), .megabytes(64, 128, node: 1)])
    for index in 0..<2 {
      let node = layout.node(index)
      for kind in [ZoneKind.dma, .normal, .movable] {
        #expect(node[kind].start == PageFrameNumber(0) && node[kind].spanned == 0)
      }
      #expect(node.records == .zero)
    }
    layout.placeRecords(ofNode: 1, at: PhysicalAddress(0x4_0000))
    #expect(layout.node(0).records == .zero)
    #expect(layout.node(1).records == PhysicalAddress(0x4_0000))
    #expect(
      layout.node(1).range
        == AddressRange(from: PhysicalAddress(64 << 20), to: PhysicalAddress(128 << 20)))
  }

  @Test func kernelCoreIsSpreadOverNodes() throws {
    let regions = [LayoutRegion.megabytes(0, 8192), .megabytes(8192, 16384, node: 1)]
    let layout = try ZoneLayout(
      regions, movable: MovableOptions(kernelCore: .bytes(6 << 30)))
    // Each node is to give 3 GiB. Node 0 gives 4, because what lies below 4 GiB can't be
    // movable; node 1 then half of the 2 GiB left. The last GiB is node 0's again.
    #expect(layout.node(0)[.movable].start == .megabytes(5120))
    #expect(layout.node(0)[.movable].spanned == (8192 - 5120) << 8)
    #expect(layout.node(0)[.normal].present == 1024 << 8)
    #expect(layout.node(1)[.movable].start == .megabytes(8192 + 1024))
    #expect(layout.node(1)[.normal].spanned == 1024 << 8)
    #expect(layout.node(1)[.movable].present == (8192 - 1024) << 8)
    #expect(
      layout.text { $0.writeMovableStarts(to: &$1) } == """
        Movable zone start for each node
          Node 0: 0x0000000140000000
          Node 1: 0x0000000240000000

        """)
  }

  /// What lies below the highest zone is the kernel's anyway, in however many ranges.
  @Test func lowMemoryCountsForKernelCore() throws {
    let layout = try ZoneLayout(
      [.megabytes(0, 1024), .megabytes(2048, 3072), .megabytes(4096, 8192)],
      movable: MovableOptions(kernelCore: .bytes(3 << 30)))
    #expect(layout.node(0)[.movable].start == .megabytes(5120))
  }

  /// Fewer frames than nodes are not spread once more.
  @Test(arguments: [0, 4096] as [UInt64]) func kernelCoreIsHalved(_ excess: UInt64) throws {
    let layout = try ZoneLayout(
      [.megabytes(4096, 8192), .megabytes(8192, 12288, node: 1)],
      movable: MovableOptions(kernelCore: .bytes((2 << 30) + excess)))
    #expect(layout.node(0)[.movable].start == .megabytes(5120))
    #expect(layout.node(1)[.movable].start == .megabytes(9216))
  }

  @Test func movableCoreIsTakenFromTheTop() throws {
    let layout = try ZoneLayout(
      [.megabytes(0, 8192)], movable: MovableOptions(movableCore: .percent(25))
    )
    #expect(layout.node(0)[.movable].start == .megabytes(6144))
    #expect(layout.node(0)[.movable].present == 2048 << 8)
    #expect(layout.node(0)[.normal].spanned == 2048 << 8)
  }

  @Test func hotPluggableMemoryIsMovable() throws {
    var plugged = LayoutRegion.megabytes(6144, 8192, node: 1)
    plugged.isHotPluggable = true
    let layout = try ZoneLayout(
      [.megabytes(1, 6144), plugged], movable: MovableOptions(isHotplugMovable: true)
    )
    #expect(layout.node(0)[.movable].present == 0)
    #expect(layout.node(1)[.movable].present == 2048 << 8)
    #expect(layout.node(1)[.normal].present == 0)
  }

  @Test func mirroredMemoryIsTheKernels() throws {
    var low = LayoutRegion.megabytes(0, 4096)
    var high = LayoutRegion.megabytes(6144, 8192)
    low.isMirrored = true
    high.isMirrored = true
    let layout = try ZoneLayout(
      [low, .megabytes(4096, 6144), high],
      movable: MovableOptions(isKernelCoreMirrored: true)
    )
    #expect(layout.node(0)[.normal].present == 2048 << 8)
    #expect(layout.node(0)[.movable].present == 2048 << 8)
    #expect(layout.movableWarning == nil)
    let none = try ZoneLayout(
      [.megabytes(0, 64)], movable: MovableOptions(isKernelCoreMirrored: true))
    #expect(none.movableWarning == .noMirror)
  }

  @Test func noWholeFrameIsNoMemory() {
    #expect(throws: LayoutError.noMemory) {
      _ = try ZoneLayout([
        LayoutRegion(
          AddressRange(from: PhysicalAddress(0x1001), to: PhysicalAddress(0x2fff)),
          node: NodeID(0))
      ])
    }
  }
}
