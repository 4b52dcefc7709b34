import Addressing
import Paging

/// Physical memory that a test owns: a window on a buffer filled with junk, as real memory is.
final class SimulatedMemory {
  let range: AddressRange
  let window: PhysicalMemoryWindow
  private let buffer: UnsafeMutableRawPointer

  init(at start: UInt64, size: Int) {
    range = AddressRange(at: PhysicalAddress(start), size: UInt64(size))
    unsafe buffer = .allocate(byteCount: size, alignment: 4096)
    unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0xa5, count: size)
    // SAFETY: the buffer is freed with this object, which tests keep as long as the window.
    window = unsafe PhysicalMemoryWindow(
      showing: range, at: VirtualAddress(UInt64(UInt(bitPattern: buffer))))
  }

  deinit { unsafe buffer.deallocate() }
}

/// Gives the frames of a range, one after the other, upwards.
struct CountedFrames: TableFrameSource {
  var next: PhysicalAddress
  let end: PhysicalAddress

  init(in range: AddressRange) {
    next = range.start
    end = range.end
  }

  mutating func allocateTableFrame() -> PhysicalAddress? {
    guard next < end else { return nil }
    defer { next = next + 4096 }
    return next
  }
}
