import Addressing
import PageAllocator
import Testing

/// Blocks that are freed with their owners.
@Suite struct OwnedBlockTests {
  private func free(_ machine: TestMachine) -> UInt64 {
    machine.pages.freeFrames + machine.pages.cachedFrames
  }

  @Test func freedAtTheEndOfItsScope() throws {
    let machine = try TestMachine([.megabytes(16, 64)])
    let all = free(machine)
    do {
      let block = try machine.pages.allocateOwned(FrameRequest(order: 3))
      #expect(block.order == 3)
      #expect(block.frames == block.frame..<block.frame + 8)
      #expect(machine.pages.state(of: block.frame) == .head(order: 3))
      #expect(free(machine) == all - 8)
    }
    #expect(free(machine) == all)
  }

  @Test func freedWhenItIsConsumed() throws {
    let machine = try TestMachine([.megabytes(16, 64)])
    let all = free(machine)
    let block = try machine.pages.allocateOwned(FrameRequest(order: 1))
    let frame = block.frame
    block.free()
    #expect(machine.pages.state(of: frame) == .free)
    #expect(free(machine) == all)
  }

  @Test func takenFramesStayAllocated() throws {
    let machine = try TestMachine([.megabytes(16, 64)])
    let all = free(machine)
    let frame = try machine.pages.allocateOwned(FrameRequest(order: 4)).take()
    #expect(machine.pages.state(of: frame) == .head(order: 4))
    #expect(free(machine) == all - 16)
    try machine.pages.free(frame, order: 4)
    #expect(free(machine) == all)
  }

  @Test func itKnowsItsNode() throws {
    let machine = try TestMachine([.megabytes(16, 32), .megabytes(48, 64, node: 3)])
    for node in [NodeID(0), NodeID(3)] {
      let block = try machine.pages.allocateOwned(FrameRequest(order: 2, node: node))
      #expect(block.node == node)
    }
    #expect(machine.pages.node(of: PageFrameNumber(47 << 8)) == nil)
    #expect(machine.pages.node(of: PageFrameNumber(64 << 8)) == nil)
  }

  @Test func whatCannotBeHadHasNoOwner() throws {
    let machine = try TestMachine([.megabytes(16, 64)])
    #expect(throws: AllocationError.tooLarge) {
      _ = try machine.pages.allocateOwned(FrameRequest(order: 11))
    }
  }

  @Test func freedByAnotherItStopsTheProgram() async {
    await #expect(processExitsWith: .failure) {
      let machine = try TestMachine([.megabytes(16, 64)])
      let block = try machine.pages.allocateOwned(FrameRequest(order: 2))
      try machine.pages.free(block.frame, order: 2)
    }
  }
}
