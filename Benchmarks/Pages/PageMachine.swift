import Addressing
import PageAllocator
import Zones

/// One zone of free memory from 4 GiB on, of which only the allocator's tables exist.
@safe
final class PageMachine {
  /// The bytes that all of the allocator's tables take.
  let tableSize: UInt64

  /// The memory.
  let memory: AddressRange

  private let layout: ZoneLayout
  private let options: PageAllocator.Options
  private let window: PhysicalMemoryWindow
  private let storage: PhysicalAddress
  private let buffer: UnsafeMutableRawPointer

  /// - Parameters:
  ///   - gigabytes: The memory, in GiB.
  ///   - processors: How many processors will allocate. Where there are several, all hooks are
  ///     given, and do nothing.
  ///   - maximumOrder: The largest order.
  ///   - currentProcessor: The number of the processor that asks.
  init(
    gigabytes: UInt64, processors: Int = 1,
    maximumOrder: Int = PageAllocator.defaultMaximumOrder,
    currentProcessor: @escaping @convention(c) () -> Int = { 0 }
  ) {
    let memory = AddressRange(at: PhysicalAddress(4 << 30), size: gigabytes << 30)
    self.memory = memory
    var options = PageAllocator.Options()
    options.processors = processors
    if processors > 1 {
      options.hooks = ProcessorHooks(
        disableInterrupts: { 0 }, restoreInterrupts: { _ in }, currentProcessor: currentProcessor)
    }
    self.options = options
    let capacity = gigabytes * (104 << 10) + 64 << 10
    let start = PhysicalAddress(1 << 51)
    unsafe buffer = .allocate(byteCount: Int(capacity), alignment: 4096)
    // SAFETY: the buffer is freed with this object, which outlives the allocators it makes.
    window = unsafe PhysicalMemoryWindow(
      showing: AddressRange(at: start, size: capacity),
      at: VirtualAddress(UInt64(UInt(bitPattern: buffer))))
    do {
      layout = try ZoneLayout(
        ofRegions: 1, maximumOrder: maximumOrder, in: window, at: start
      ) { _ in LayoutRegion(memory, node: NodeID(0)) }
    } catch {
      fatalError("a layout of one region: \(error)")
    }
    let records = (start + ZoneLayout.storageSize(forRegions: 1)).alignedUp(to: 64)
    layout.placeRecords(ofNode: 0, at: records)
    storage = (records + layout.recordsSize(ofNode: 0)).alignedUp(to: 64)
    tableSize = storage + PageAllocator.storageSize(for: layout, options: options) - start
  }

  deinit { unsafe buffer.deallocate() }

  /// Makes an allocator to which all memory has been handed. One at a time.
  func makeAllocator() -> PageAllocator {
    let pages = PageAllocator(layout, options: options, in: window, at: storage) { _, _ in 10 }
    if let frames = memory.wholeFrames { pages.release(frames) }
    return pages
  }
}

/// An allocator that closures can share.
final class SharedPages {
  let pages: PageAllocator
  private let machine: PageMachine

  init(_ machine: PageMachine) {
    self.machine = machine
    pages = machine.makeAllocator()
  }

  /// Runs `body`, which must not fail, on the allocator.
  @inline(__always)
  func use<Failure: Error>(_ body: (PageAllocator) throws(Failure) -> Void) {
    do {
      try body(pages)
    } catch {
      fatalError("the allocator failed: \(error)")
    }
  }
}

/// The generator that the peers' figures were measured with: xorshift64 (13, 7, 17).
struct Xorshift: RandomNumberGenerator {
  private var state: UInt64

  /// One of several sequences.
  init(sequence: UInt64 = 0) { state = 0x9E37_79B9_7F4A_7C15 &* (2 * sequence + 1) }

  @inline(__always)
  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
