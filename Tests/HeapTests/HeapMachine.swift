import Addressing
import Heap
import Memblock
import PageAllocator
import SimulatedMemory
import Zones

/// A machine with real memory, set up from memblock as a kernel does it, and a heap on it.
final class HeapMachine {
  let memory: SimulatedMemory
  let pages: PageAllocator
  let heap: Heap

  /// The free frames when nothing is allocated.
  let freeAtFirst: UInt64

  init(megabytes: Int = 16, poisons: Bool = false) throws {
    memory = SimulatedMemory(at: 64 << 20, size: megabytes << 20)
    var memblock = Memblock()
    try memblock.add(memory.range)
    let layout = try ZoneLayout(of: &memblock, in: memory.window)
    var options = PageAllocator.Options()
    options.poisonsFreeFrames = poisons
    pages = try PageAllocator(layout, options: options, from: &memblock, in: memory.window) {
      _, _ in 10
    }
    var receiver = PageFrameReceiver(pages)
    try memblock.freeAll(to: &receiver)
    try memblock.tearDown(to: &receiver)
    heap = try Heap(pages, secret: 0x1234_5678_9abc_def0)
    freeAtFirst = pages.freeFrames + pages.cachedFrames
  }

  /// The free frames now.
  var free: UInt64 { pages.freeFrames + pages.cachedFrames }

  /// Fills a block with a pattern of its own.
  func fill(_ address: VirtualAddress, size: Int, seed: UInt8) {
    guard let place = memory.window.physicalAddress(of: address) else { return }
    memory.window.fill(AddressRange(at: place, size: UInt64(size)), with: seed)
  }

  /// Whether a block still holds its pattern.
  func isIntact(_ address: VirtualAddress, size: Int, seed: UInt8) -> Bool {
    guard let place = memory.window.physicalAddress(of: address) else { return false }
    return memory.window.withBytes(of: AddressRange(at: place, size: UInt64(size))) { bytes in
      for offset in bytes.byteOffsets where bytes[byteAt: offset] != seed { return false }
      return true
    }
  }
}
