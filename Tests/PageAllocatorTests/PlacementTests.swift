import Addressing
import PageAllocator
import Testing
import Zones

/// Where frames come from: zones, nodes, ranges, limits.
@Suite struct PlacementTests {
  /// Two nodes with all zones, and a third far away.
  private func machine() throws -> TestMachine {
    try TestMachine(
      [
        .megabytes(8, 24), .megabytes(24, 32, node: 1), .megabytes(4096, 4104),
        .megabytes(4104, 4112, node: 1), .megabytes(8192, 8200, node: 2),
      ],
      distance: { from, to in
        [[10, 30, 20], [30, 10, 40], [20, 40, 10]][Int(from.value)][Int(to.value)]
      })
  }

  /// The node and zone of a frame of that machine.
  private func zone(of frame: PageFrameNumber) -> String {
    switch frame.value >> 8 {
    case 0..<16: "0 DMA"
    case 16..<24: "0 DMA32"
    case 24..<32: "1 DMA32"
    case 4096..<4104: "0 Normal"
    case 4104..<4112: "1 Normal"
    default: "2 Normal"
    }
  }

  /// The zones that blocks of an order come from until nothing is left, in that order.
  private func zones(_ request: FrameRequest, on machine: TestMachine) -> [String] {
    var zones: [String] = []
    while let frame = try? machine.pages.allocate(request) {
      let zone = zone(of: frame)
      if zones.last != zone { zones.append(zone) }
    }
    return zones
  }

  @Test(arguments: [0, 1, 5, 6, 9, 10])
  func fallbackIsByDistanceThenZone(_ order: Int) throws {
    #expect(
      zones(FrameRequest(order: order), on: try machine())
        == ["0 Normal", "0 DMA32", "0 DMA", "2 Normal", "1 Normal", "1 DMA32"])
    #expect(
      zones(FrameRequest(order: order, node: NodeID(1)), on: try machine())
        == ["1 Normal", "1 DMA32", "0 Normal", "0 DMA32", "0 DMA", "2 Normal"])
    #expect(
      zones(FrameRequest(order: order, node: NodeID(1), isNodeExact: true), on: try machine())
        == ["1 Normal", "1 DMA32"])
    #expect(
      zones(FrameRequest(order: order, highestZone: .dma32), on: try machine())
        == ["0 DMA32", "0 DMA", "1 DMA32"])
    #expect(
      zones(FrameRequest(order: order, highestZone: .dma), on: try machine()) == ["0 DMA"])
  }

  /// One frame of a 2 MiB that has a free group, and one of a higher 2 MiB that has none: that one is
  /// taken first, because the other may sooner be free as a whole. A frame of a free group comes last.
  @Test(arguments: 0..<8) func twoMebibytesThatMayBecomeFreeAreSpared(_ group: Int) throws {
    let machine = try TestMachine([.megabytes(4096, 4112)])
    let first = UInt64(4096 << 8)
    for _ in 0..<4096 { _ = try machine.pages.allocate() }
    machine.pages.drainCaches()
    let free = first + UInt64(group * 64)
    let beside = first + UInt64((group + 1) % 8 * 64 + 5)
    let apart = first + UInt64((8 * (group % 7 + 1) + 1) * 64 + 7)
    for frame in free..<free + 64 { try machine.pages.free(PageFrameNumber(frame)) }
    for frame in [beside, apart] { try machine.pages.free(PageFrameNumber(frame)) }
    machine.pages.drainCaches()
    let taken = try (0..<3).map { _ in try machine.pages.allocate().value }
    #expect(taken == [apart, beside, free])
    #expect(machine.pages.brokenInvariant == nil)
  }

  @Test func everyOrderInEveryZoneAndBack() throws {
    for maximumOrder in [10, 12, 18] {
      let machine = try TestMachine(
        [
          .megabytes(0, 4096), .megabytes(4096, 6144), .megabytes(6144, 9216, node: 1),
        ], maximumOrder: maximumOrder)
      let before = machine.buddyInfo
      for order in 0...maximumOrder {
        for node in [NodeID(0), NodeID(1)] {
          for kind in [ZoneKind.dma, .dma32, .normal] where kind == .normal || node.value == 0 {
            if kind == .dma, order > 12 { continue }
            let request = FrameRequest(
              order: order, node: node, isNodeExact: true, highestZone: kind)
            let frame = try machine.pages.allocate(request)
            #expect(frame.value.isAligned(to: 1 << UInt64(order)))
            #expect(machine.pages.state(of: frame) == .head(order: order))
            #expect(machine.pages.brokenInvariant == nil)
            try machine.pages.free(frame, order: order)
          }
        }
      }
      machine.pages.drainCaches()
      #expect(machine.buddyInfo == before)
    }
  }

  @Test func aNodeWithoutMemory() throws {
    let machine = try machine()
    #expect(throws: AllocationError.noSuchNode(NodeID(7))) {
      _ = try machine.pages.allocate(FrameRequest(node: NodeID(7)))
    }
    var options = PageAllocator.Options()
    options.highestNode = NodeID(5)
    let wider = try TestMachine([.megabytes(16, 64)], options: options)
    _ = try wider.pages.allocate(FrameRequest(node: NodeID(5)))
    #expect(throws: AllocationError.noSuchNode(NodeID(5))) {
      _ = try wider.pages.allocate(FrameRequest(node: NodeID(5), isNodeExact: true))
    }
    #expect(throws: AllocationError.tooLarge) {
      _ = try wider.pages.allocate(FrameRequest(order: 11))
    }
  }

  @Test func exactNumbersGiveTheTailBack() throws {
    let machine = try TestMachine([.megabytes(16, 64)])
    let all = machine.pages.freeFrames
    let before = machine.buddyInfo
    for count in [1, 2, 3, 5, 63, 64, 65, 100, 1000, 1024, 1025, 5000] as [UInt64] {
      let frames = try machine.pages.allocate(count: count)
      #expect(frames.upperBound - frames.lowerBound == count)
      #expect(machine.pages.freeFrames + machine.pages.cachedFrames == all - count)
      #expect(machine.pages.brokenInvariant == nil)
      try machine.pages.free(frames)
      #expect(throws: FreeError.alreadyFree) { try machine.pages.free(frames) }
    }
    machine.pages.drainCaches()
    #expect(machine.buddyInfo == before)
  }

  @Test func rangesAtPlaces() throws {
    let machine = try TestMachine([.megabytes(16, 64), .megabytes(100, 120)])
    let before = machine.buddyInfo
    func frames(_ start: UInt64, _ end: UInt64) -> Range<PageFrameNumber> {
      PageFrameNumber(start)..<PageFrameNumber(end)
    }
    try machine.pages.allocate(frames(0x1003, 0x2ff1))
    #expect(machine.pages.brokenInvariant == nil)
    #expect(throws: AllocationError.notFree(PageFrameNumber(0x1003))) {
      try machine.pages.allocate(frames(0x1000, 0x1010))
    }
    #expect(throws: AllocationError.outsideZone(PageFrameNumber(0x4000))) {
      try machine.pages.allocate(frames(0x3ff0, 0x4010))
    }
    #expect(throws: FreeError.self) { try machine.pages.free(frames(0x1003, 0x2ff2)) }
    try machine.pages.free(frames(0x1003, 0x2ff1))
    #expect(machine.buddyInfo == before)
  }

  @Test func underALimit() throws {
    let machine = try TestMachine([.megabytes(0, 64)])
    let limit = PhysicalAddress(20 << 20)
    let first = try machine.pages.allocate(count: 600, alignment: 256, below: limit)
    #expect(first.lowerBound == PageFrameNumber(0x1000))
    let second = try machine.pages.allocate(count: 600, alignment: 256, below: limit)
    // What is left above 16 MiB is too small, so zone DMA has to do.
    #expect(second.lowerBound == PageFrameNumber(0))
    #expect(throws: AllocationError.outOfMemory) {
      _ = try machine.pages.allocate(count: 600, below: PhysicalAddress(1 << 20))
    }
    try machine.pages.free(first)
    try machine.pages.free(second)
    #expect(machine.pages.brokenInvariant == nil)
  }

  @Test(arguments: [1 << 52, 1 << 53, 1 << 62, 1 << 63] as [UInt64])
  func alignmentsPastAllMemoryAreRefused(_ alignment: UInt64) throws {
    let machine = try TestMachine([.megabytes(16, 64)])
    let error: AllocationError = alignment == 1 << 52 ? .outOfMemory : .tooLarge
    #expect(throws: error) {
      _ = try machine.pages.allocate(count: 1, alignment: alignment, below: PhysicalAddress(.max))
    }
    #expect(throws: error) {
      _ = try machine.pages.allocate(count: 1, alignment: alignment)
    }
  }

  @Test func fragmentationIndexIsLinuxs() throws {
    let machine = try TestMachine([.megabytes(16, 20)])
    #expect(machine.pages.freeBlocks(ofNode: 0, .dma32).fragmentationIndex(of: 10) == -1000)
    for frame in stride(from: UInt64(0x1000), to: 0x1400, by: 2) {
      try machine.pages.allocate(PageFrameNumber(frame)..<PageFrameNumber(frame + 1))
    }
    // 512 free blocks of one frame each: 1000 − (1000 + 512 × 1000 / 2) / 512.
    #expect(machine.pages.freeBlocks(ofNode: 0, .dma32).fragmentationIndex(of: 1) == 499)
    var text = TextBuffer()
    machine.pages.writeFragmentationIndex(to: &text)
    #expect(text.text.hasPrefix("Node 0, zone    DMA32 -1.000  0.499  0.749 "))
  }
}
