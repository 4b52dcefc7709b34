import Addressing
import PageAllocator
import Testing

/// Every way to free what can't be freed is an error of its own, and changes nothing.
@Suite struct FreeErrorTests {
  private func frame(_ number: UInt64) -> PageFrameNumber { PageFrameNumber(number) }

  /// Expects that a free fails in that way and leaves the allocator as it was.
  private func expect(
    _ error: FreeError, freeing first: UInt64, order: Int, on machine: TestMachine,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let before = machine.buddyInfo
    #expect(throws: error, sourceLocation: sourceLocation) {
      try machine.pages.free(PageFrameNumber(first), order: order)
    }
    #expect(machine.buddyInfo == before, sourceLocation: sourceLocation)
    #expect(machine.pages.brokenInvariant == nil)
  }

  @Test func doubleFreeOfEachOrder() throws {
    let machine = try TestMachine([.megabytes(0, 64)])
    for order in 0...10 {
      let block = try machine.pages.allocate(FrameRequest(order: order)).value
      try machine.pages.free(frame(block), order: order)
      expect(.alreadyFree, freeing: block, order: order, on: machine)
    }
  }

  @Test func doubleFreeAcrossCaches() throws {
    let machine = try TestMachine([.megabytes(0, 64)])
    let frames = try (0..<200).map { _ in try machine.pages.allocate().value }
    try machine.pages.free(frame(frames[0]))
    expect(.alreadyFree, freeing: frames[0], order: 0, on: machine)
    try machine.pages.free(frame(frames[199]))
    expect(.alreadyFree, freeing: frames[199], order: 0, on: machine)
    machine.pages.drainCaches()
    expect(.alreadyFree, freeing: frames[199], order: 0, on: machine)
  }

  /// Frames that a cache took with its group are free until they are handed out, to every order.
  @Test func framesAtHandAreFree() throws {
    let machine = try TestMachine([.megabytes(16, 64)])
    let first = try machine.pages.allocate().value
    #expect(machine.pages.cachedFrames == 63)
    for order in 0...1 { expect(.alreadyFree, freeing: first + 2, order: order, on: machine) }
    #expect(throws: FreeError.alreadyFree) {
      try machine.pages.free(frame(first + 2)..<frame(first + 4))
    }
  }

  @Test func wrongOrderInEachLevel() throws {
    let machine = try TestMachine([.megabytes(16, 64)])
    for order in 0...10 {
      let block = try machine.pages.allocate(FrameRequest(order: order)).value
      for wrong in 0...10 where wrong != order && block.isMultiple(of: 1 << UInt64(wrong)) {
        expect(.wrongOrder(actual: order), freeing: block, order: wrong, on: machine)
      }
      if order > 0 { expect(.notStartOfBlock, freeing: block + 1, order: 0, on: machine) }
    }
  }

  @Test func whatWasNeverHandedOut() throws {
    let machine = try TestMachine(
      [.megabytes(1, 40), .megabytes(100, 120), .megabytes(120, 140, node: 1)],
      released: [AddressRange(from: PhysicalAddress(2 << 20), to: PhysicalAddress(140 << 20))])
    expect(.reserved, freeing: 0x110, order: 0, on: machine)
    expect(.notMemory, freeing: 0x10, order: 0, on: machine)
    expect(.notMemory, freeing: 50 << 8, order: 0, on: machine)
    expect(.notMemory, freeing: 1 << 40, order: 0, on: machine)
    expect(.notMemory, freeing: .max, order: 0, on: machine)
    expect(.misaligned, freeing: 0x201, order: 1, on: machine)
    expect(.tooLarge, freeing: 0x400, order: 11, on: machine)
    expect(.tooLarge, freeing: 0x400, order: -1, on: machine)
    expect(.alreadyFree, freeing: 0x400, order: 10, on: machine)
  }

  @Test func blocksThatStraddleZones() throws {
    // A node ends inside what would be an aligned block of order 10.
    let machine = try TestMachine([.megabytes(16, 18), .megabytes(18, 40, node: 1)])
    expect(.straddlesZones, freeing: 16 << 8, order: 10, on: machine)
    #expect(throws: FreeError.straddlesZones) {
      try machine.pages.free(self.frame(17 << 8)..<self.frame(19 << 8))
    }
  }

  @Test func nothingWorksAfterTeardown() throws {
    let machine = try TestMachine([.megabytes(16, 64)])
    let first = try machine.pages.allocate()
    machine.pages.tearDown()
    #expect(throws: AllocationError.tornDown) { _ = try machine.pages.allocate() }
    #expect(throws: AllocationError.tornDown) {
      _ = try machine.pages.allocate(FrameRequest(order: 3))
    }
    #expect(throws: AllocationError.tornDown) {
      try machine.pages.allocate(self.frame(0x1000)..<self.frame(0x1001))
    }
    #expect(throws: FreeError.tornDown) { try machine.pages.free(first) }
  }
}
