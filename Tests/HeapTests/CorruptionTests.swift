import Addressing
import Heap
import Testing

/// Memory that somebody overwrote is noticed before the heap acts on it.
@Suite struct CorruptionTests {
  /// Where the header of the slab of a block starts.
  private func slab(of block: VirtualAddress, in machine: HeapMachine) throws -> PhysicalAddress {
    try #require(machine.memory.window.physicalAddress(of: block)).alignedDown(to: 16384)
  }

  /// So many blocks of 2,000 bytes: seven fill a slab.
  private func blocks(_ count: Int, in machine: HeapMachine) throws -> [VirtualAddress] {
    try (0..<count).map { _ in try machine.heap.allocate(size: 2000) }
  }

  @Test func aMarkThatChangedIsNoticed() throws {
    let machine = try HeapMachine()
    let block = try machine.heap.allocate(size: 100)
    let slab = try slab(of: block, in: machine)
    let mark = machine.memory.window.load(UInt64.self, at: slab)
    machine.memory.window.store(mark ^ 1, at: slab)
    #expect(throws: HeapError.corrupted(machine.memory.window.virtualAddress(of: slab))) {
      _ = try machine.heap.allocate(size: 100)
    }
    #expect(throws: HeapError.foreignPointer(block)) { try machine.heap.free(block) }
    machine.memory.window.store(mark, at: slab)
    try machine.heap.free(block)
    #expect(machine.free == machine.freeAtFirst)
  }

  @Test(arguments: [3, 16, 512], [0x40, 0x123_4567, UInt64(1) << 63])
  func aListThatChangedIsNotFollowed(_ size: Int, _ target: UInt64) throws {
    let machine = try HeapMachine()
    // Two slabs with room: the first has the second as its next, the second the first as its
    // previous.
    var full: [VirtualAddress] = []
    repeat {
      full.append(try machine.heap.allocate(size: size))
    } while try slab(of: full[0], in: machine) == slab(of: full.last!, in: machine)
    let first = full[0]
    let second = full.last!
    try machine.heap.free(first)
    let place = try slab(of: second, in: machine)
    let head = try slab(of: first, in: machine)
    for (changed, offset) in [(head, 16 as UInt64), (place, 8)] {
      let word = machine.memory.window.load(UInt64.self, at: changed + offset)
      #expect(word == (changed == head ? place.value : head.value))
      machine.memory.window.store(target, at: changed + offset)
      // The second slab is empty then, and leaves the list.
      #expect(throws: HeapError.corrupted(machine.memory.window.virtualAddress(of: place))) {
        try machine.heap.free(second)
      }
      machine.memory.window.store(word, at: changed + offset)
    }
    // Nothing had been changed.
    try machine.heap.free(second)
    #expect(throws: HeapError.doubleFree(second)) { try machine.heap.free(second) }
    for block in full.dropFirst().dropLast() { try machine.heap.free(block) }
    #expect(machine.free == machine.freeAtFirst)
  }

  @Test func aHeaderThatSaysThereIsRoomIsNotBelieved() throws {
    let machine = try HeapMachine()
    let blocks = try blocks(7, in: machine)
    let slab = try slab(of: blocks[0], in: machine)
    #expect(try self.slab(of: blocks[6], in: machine) == slab)
    try machine.heap.free(blocks[3])
    // The last block of seven is free by its count, and taken by its bit.
    machine.memory.window.store(UInt64.max, at: slab + 32)
    #expect(throws: HeapError.corrupted(machine.memory.window.virtualAddress(of: slab))) {
      _ = try machine.heap.allocate(size: 2000)
    }
  }

  @Test func aWriteToAFreeBlockIsFoundWhenItIsHandedOut() throws {
    let machine = try HeapMachine(poisons: true)
    let blocks = try blocks(3, in: machine)
    for (target, offset) in [(blocks[1], 0 as UInt64), (blocks[1], 2047)] {
      try machine.heap.free(target)
      let place = try #require(machine.memory.window.physicalAddress(of: target)) + offset
      #expect(machine.memory.window.load(UInt8.self, at: place) == 0x6b)
      machine.memory.window.store(0x6a as UInt8, at: place)
      #expect(throws: HeapError.freeBlockChanged(target)) {
        _ = try machine.heap.allocate(size: 2000)
      }
      // It is never handed out again.
      let other = try machine.heap.allocate(size: 2000)
      #expect(other != target)
      try machine.heap.free(target)
      try machine.heap.free(other)
      _ = try machine.heap.allocate(size: 2000)
    }
  }

  @Test func aBlockThatWasNeverHandedOutIsPoisonedToo() throws {
    let machine = try HeapMachine(poisons: true)
    for size in [16, 640, 2048] {
      let block = try machine.heap.allocate(size: size)
      let place = try #require(machine.memory.window.physicalAddress(of: block))
      #expect(machine.memory.window.load(UInt64.self, at: place) == 0x6b6b_6b6b_6b6b_6b6b)
      try machine.heap.free(block)
    }
    #expect(machine.free == machine.freeAtFirst)
  }
}
