import Addressing
import Foundation
import PageAllocator
import Testing
import Zones

@Suite struct ModelTests {
  /// Random operations on a machine, each answer compared with the model's.
  private func run(
    _ machine: TestMachine, free ranges: [AddressRange], operations: Int, maximumOrder: Int,
    seed: UInt64
  ) throws {
    var random = Xorshift(state: seed)
    var model = FrameModel(free: ranges)
    let total = UInt64(model.free.count)
    let before = machine.buddyInfo
    for step in 0..<operations {
      if random.next() % 100 < 52 || model.blocks.isEmpty {
        let order = min(Int(random.next() % 8), Int.random(in: 0...maximumOrder, using: &random))
        let request = FrameRequest(order: order, highestZone: .movable)
        do {
          let frame = try machine.pages.allocate(request)
          let wasFree = model.allocate(frame.value, order: order)
          try #require(wasFree, "step \(step): not free")
        } catch AllocationError.outOfMemory {
          try #require(!model.hasBlock(of: order), "step \(step): order \(order) was there")
        }
      } else {
        let index = Int(random.next() % UInt64(model.blocks.count))
        let block = model.takeBlock(at: index)
        try machine.pages.free(PageFrameNumber(block.first), order: block.order)
        #expect(throws: FreeError.self) {
          try machine.pages.free(PageFrameNumber(block.first), order: block.order)
        }
      }
      if step % (operations / 300 + 1) == 0 {
        #expect(machine.pages.brokenInvariant == nil)
        let free = machine.pages.freeFrames + machine.pages.cachedFrames
        try #require(free == UInt64(model.free.count))
      }
    }
    while !model.blocks.isEmpty {
      let block = model.takeBlock(at: 0)
      try machine.pages.free(PageFrameNumber(block.first), order: block.order)
    }
    machine.pages.drainCaches()
    #expect(machine.pages.brokenInvariant == nil)
    #expect(machine.pages.freeFrames == total)
    #expect(machine.buddyInfo == before)
  }

  /// The number of operations: few in a plain test run, `PAGE_MODEL_OPERATIONS` in a soak.
  private var operations: Int {
    ProcessInfo.processInfo.environment["PAGE_MODEL_OPERATIONS"].flatMap { Int($0) } ?? 3000
  }

  @Test func oneNode() throws {
    let regions = [LayoutRegion.megabytes(0, 40)]
    let machine = try TestMachine(regions)
    try run(
      machine, free: regions.map(\.range), operations: operations, maximumOrder: 10, seed: 1)
  }

  @Test func holesAndOddEnds() throws {
    let ranges: [(UInt64, UInt64)] = [
      (0x1000, 0x9_f000), (0x10_0000, 0xbf_d000), (0x100_3000, 0x17f_f000),
      (0x280_1000, 0x281_0000), (0x281_2000, 0x4ff_f000),
    ]
    let regions = ranges.map {
      LayoutRegion(
        AddressRange(from: PhysicalAddress($0.0), to: PhysicalAddress($0.1)), node: NodeID(0))
    }
    let machine = try TestMachine(regions)
    try run(
      machine, free: regions.map(\.range), operations: operations, maximumOrder: 10, seed: 2)
  }

  @Test func nodesInterleaved() throws {
    let regions = [
      LayoutRegion.megabytes(0, 5), .megabytes(5, 9, node: 1), .megabytes(9, 30),
      .megabytes(30, 44, node: 1), .megabytes(60, 64, node: 2),
    ]
    let machine = try TestMachine(regions)
    try run(
      machine, free: regions.map(\.range), operations: operations, maximumOrder: 10, seed: 3)
  }

  @Test(arguments: [11, 12, 13, 14])
  func largerMaximumOrder(_ order: Int) throws {
    let regions = [LayoutRegion.megabytes(16, 96), .megabytes(128, 176)]
    let machine = try TestMachine(regions, maximumOrder: order)
    try run(
      machine, free: regions.map(\.range), operations: operations / 6, maximumOrder: order,
      seed: 4)
  }
}
