import Addressing

/// Where page tables get their frames from: memblock at boot, a counter in a test.
public protocol TableFrameSource: ~Copyable {
  /// A frame of 4 KiB that nobody else uses and that the page tables' window shows; `nil` where
  /// there is none. Its contents may be anything.
  mutating func allocateTableFrame() -> PhysicalAddress?
}
