public import Addressing

/// Physical memory that a test owns: a window on a buffer filled with junk, as real memory is.
@safe
public final class SimulatedMemory {
  /// The physical memory that there is.
  public let range: AddressRange

  /// The window that shows it. It must not be used once this object is gone.
  public let window: PhysicalMemoryWindow

  let buffer: UnsafeMutableRawPointer

  /// Makes `size` bytes of memory at physical address `start`.
  public init(at start: UInt64, size: Int) {
    range = AddressRange(at: PhysicalAddress(start), size: UInt64(size))
    unsafe buffer = .allocate(byteCount: size, alignment: 4096)
    unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0xa5, count: size)
    // SAFETY: the buffer is freed with this object, which tests keep as long as the window.
    window = unsafe PhysicalMemoryWindow(
      showing: range, at: VirtualAddress(UInt64(UInt(bitPattern: buffer))))
  }

  deinit { unsafe buffer.deallocate() }
}
