import Addressing

/// Where page tables get their frames from: memblock at boot, a counter in a test.
public protocol TableFrameSource: ~Copyable {
  /// A frame of 4 KiB that nobody else uses and that the page tables' window shows; `nil` where
  /// there is none. Its contents may be anything.
  mutating func allocateTableFrame() -> PhysicalAddress?
}

/// Who also takes frames back: the page allocator, once it has all memory.
public protocol TableFrameOwner: TableFrameSource, ~Copyable {
  /// Takes back a frame that held a page table, and holds none any more. The processor may keep
  /// copies of what led there until it is told otherwise (Intel SDM, volume 3, section 5.10.4).
  mutating func freeTableFrame(_ frame: PhysicalAddress)
}
