import Addressing
import Foundation
import Heap
import PageAllocator
import Testing

@Suite struct HeapTests {
  @Test(arguments: [
    (1, 1), (1, 16), (24, 8), (100, 64), (2048, 2048), (2049, 8), (4096, 4096), (5000, 16),
    (1, 4096), (1, 2 << 20), (3 << 20, 8192), (16, 1024), (640, 256),
  ])
  func alignmentAndRoom(_ size: Int, _ alignment: Int) throws {
    let machine = try HeapMachine()
    let first = try machine.heap.allocate(size: size, alignment: alignment)
    let second = try machine.heap.allocate(size: size, alignment: alignment)
    for address in [first, second] {
      #expect(address.value.isAligned(to: UInt64(alignment)) || alignment > 4096)
      let physical = try #require(machine.memory.window.physicalAddress(of: address))
      #expect(physical.isAligned(to: UInt64(alignment)))
      #expect(try #require(machine.heap.usableSize(of: address)) >= size)
    }
    machine.fill(first, size: size, seed: 1)
    machine.fill(second, size: size, seed: 2)
    #expect(machine.isIntact(first, size: size, seed: 1))
    try machine.heap.free(first)
    try machine.heap.free(second)
    #expect(machine.free == machine.freeAtFirst)
  }

  @Test func everySizeFitsItsClass() throws {
    let machine = try HeapMachine()
    for size in 0...2100 {
      let address = try machine.heap.allocate(size: size)
      let usable = try #require(machine.heap.usableSize(of: address))
      #expect(usable >= size)
      #expect(usable <= 4096)
      if size > 128, size <= 2048 { #expect(usable * 4 <= size * 5) }
      try machine.heap.free(address)
    }
    #expect(machine.free == machine.freeAtFirst)
  }

  @Test func randomOperationsKeepContents() throws {
    let machine = try HeapMachine()
    var random = SplitMix(state: 7)
    var blocks: [(address: VirtualAddress, size: Int, seed: UInt8)] = []
    let count =
      ProcessInfo.processInfo.environment["HEAP_OPERATIONS"].flatMap { Int($0) } ?? 4000
    for step in 0..<count {
      if blocks.count < 400, blocks.isEmpty || random.next() % 2 == 0 {
        let size = Int(random.next() % 100 < 90 ? random.next() % 3000 : random.next() % 40000)
        let alignment = 1 << Int(random.next() % 13)
        let seed = UInt8(truncatingIfNeeded: step)
        let address = try machine.heap.allocate(size: size, alignment: alignment)
        machine.fill(address, size: size, seed: seed)
        blocks.append((address, size, seed))
      } else {
        let block = blocks.remove(at: Int(random.next() % UInt64(blocks.count)))
        let isIntact = machine.isIntact(block.address, size: block.size, seed: block.seed)
        try #require(isIntact, "step \(step)")
        try machine.heap.free(block.address)
        #expect(throws: HeapError.self) { try machine.heap.free(block.address) }
      }
    }
    #expect(
      machine.heap.statistics.smallBlocks + machine.heap.statistics.largeBlocks
        == UInt64(blocks.count))
    for block in blocks { try machine.heap.free(block.address) }
    let statistics = machine.heap.statistics
    #expect(statistics.smallBytes == 0 && statistics.slabs == 0 && statistics.largeFrames == 0)
    #expect(machine.free == machine.freeAtFirst)
    machine.pages.drainCaches()
    #expect(machine.pages.brokenInvariant == nil)
  }

  @Test func mistakesAreCaught() throws {
    let machine = try HeapMachine()
    let small = try machine.heap.allocate(size: 64)
    let other = try machine.heap.allocate(size: 64)
    let large = try machine.heap.allocate(size: 10_000)
    let pages = try machine.pages.allocate(FrameRequest(order: 2))
    let foreign = machine.memory.window.virtualAddress(of: pages.start)
    let before = machine.heap.statistics

    #expect(throws: HeapError.insideBlock(small + 8)) { try machine.heap.free(small + 8) }
    #expect(throws: HeapError.foreignPointer(large + 4096)) {
      try machine.heap.free(large + 4096)
    }
    #expect(throws: HeapError.foreignPointer(foreign)) { try machine.heap.free(foreign) }
    #expect(throws: HeapError.foreignPointer(VirtualAddress(0x1000))) {
      try machine.heap.free(VirtualAddress(0x1000))
    }
    #expect(machine.heap.statistics == before)
    try machine.heap.free(small)
    #expect(throws: HeapError.doubleFree(small)) { try machine.heap.free(small) }
    try machine.heap.free(other)
    #expect(throws: HeapError.doubleFree(other)) { try machine.heap.free(other) }
    try machine.heap.free(large)
    #expect(throws: HeapError.doubleFree(large)) { try machine.heap.free(large) }
    for alignment in [0, 3, -16, 4 << 20] {
      #expect(throws: HeapError.self) {
        _ = try machine.heap.allocate(size: 16, alignment: alignment)
      }
    }
  }

  @Test(arguments: [
    (HeapError.outOfMemory(size: 7, freeBytes: 0x10), "no memory for 7 bytes; 16 bytes are free"),
    (.invalidAlignment(24), "an alignment of 24 is no power of two up to 2 MiB"),
    (
      .foreignPointer(VirtualAddress(0x1230)),
      "free of 0x0000000000001230, which is no block of the heap"
    ),
    (.doubleFree(VirtualAddress(0x10)), "double free of 0x0000000000000010"),
    (.insideBlock(VirtualAddress(0x18)), "free of 0x0000000000000018, which is inside a block"),
    (
      .corrupted(VirtualAddress(0x4000)),
      "the header of the blocks at 0x0000000000004000 was overwritten"
    ),
    (
      .freeBlockChanged(VirtualAddress(0x4120)),
      "the free block at 0x0000000000004120 was written to"
    ),
  ])
  func textOfErrors(_ error: HeapError, _ text: String) {
    var bytes = Bytes()
    error.write(to: &bytes)
    #expect(String(decoding: bytes.received, as: UTF8.self) == "heap: " + text)
  }

  private struct Bytes: TextSink {
    var received: [UInt8] = []
    mutating func write(_ byte: UInt8) { received.append(byte) }
  }

  @Test func outOfMemorySaysWhatWasFree() throws {
    let machine = try HeapMachine()
    #expect(
      throws: HeapError.outOfMemory(size: 64 << 20, freeBytes: machine.freeAtFirst << 12)
    ) { _ = try machine.heap.allocate(size: 64 << 20) }
    #expect(throws: HeapError.self) { _ = try machine.heap.allocate(size: .max) }
    #expect(throws: HeapError.self) { _ = try machine.heap.allocate(size: -1) }
    #expect(machine.heap.statistics.failures == 3)
    #expect(machine.free == machine.freeAtFirst)

    var blocks: [VirtualAddress] = []
    while let block = try? machine.heap.allocate(size: 2000) { blocks.append(block) }
    #expect(blocks.count > 6000)
    for block in blocks.shuffled() { try machine.heap.free(block) }
    #expect(machine.free == machine.freeAtFirst)
  }

  @Test func manyLargeBlocksAreFoundAgain() throws {
    let machine = try HeapMachine(megabytes: 24)
    var blocks: [VirtualAddress] = []
    for _ in 0..<1000 { blocks.append(try machine.heap.allocate(size: 5000)) }
    #expect(machine.heap.statistics.largeFrames == 2000)
    for block in blocks.shuffled() { try machine.heap.free(block) }
    #expect(machine.free == machine.freeAtFirst)
  }
}

/// Random numbers that are the same in each run.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
  }
}
