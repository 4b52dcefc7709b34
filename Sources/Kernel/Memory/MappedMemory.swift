public import Addressing
import PageAllocator
public import Paging
import X86

/// Memory of a program's own, in pages that follow each other, mapped for as long as the value lives.
///
/// On both sides is a page that is not mapped: an access beyond an end is a page fault. The frames
/// need not follow each other.
public struct MappedMemory: ~Copyable {
  /// Where the memory starts.
  public let address: VirtualAddress

  /// How many bytes there are: whole pages.
  public let size: UInt64

  /// Allocates and maps memory, filled with zeros.
  ///
  /// - Parameters:
  ///   - size: In bytes; rounded up to whole pages.
  ///   - permissions: What may be done with it.
  public init(
    size: UInt64, permissions: PagePermissions = .readWrite
  ) throws(MappingError) {
    guard size <= 1 << 44 else { throw .noRoom }
    let size = size.alignedUp(to: PageFrameNumber.size)
    let address = try AddressSpace.exclusively { () throws(MappingError) in
      try Self.allocate(size, permissions)
    }
    self.address = address
    self.size = size
  }

  deinit { Self.release(address, size: size) }

  /// Changes what may be done with a part of the memory.
  ///
  /// - Parameters:
  ///   - offset: Where the part starts; a multiple of 4 KiB.
  ///   - size: In bytes; a multiple of 4 KiB.
  ///   - permissions: What may be done from now on.
  public mutating func protect(
    from offset: UInt64, size: UInt64, permissions: PagePermissions
  ) throws(MappingError) {
    guard offset <= self.size, size <= self.size - offset else { throw .isKernels }
    try AddressSpace.protect(address + offset, size: size, permissions: permissions)
  }

  private static func allocate(
    _ size: UInt64, _ permissions: PagePermissions
  ) throws(MappingError) -> VirtualAddress {
    let address = try AddressSpace.room(for: size)
    var done: UInt64 = 0
    do throws(MappingError) {
      while done < size {
        try mapPage(at: address + done, permissions)
        done += PageFrameNumber.size
      }
    } catch {
      release(address, size: done)
      throw error
    }
    return address
  }

  /// Maps a frame of zeros.
  static func mapPage(
    at address: VirtualAddress, _ permissions: PagePermissions
  ) throws(MappingError) {
    try withZeroedFrame { (page) throws(MappingError) in
      try AddressSpace.map(address, to: page, permissions: permissions)
    }
  }

  /// Has a function map a new frame of zeros, which is freed where it can't.
  static func withZeroedFrame(
    _ map: (AddressRange) throws(MappingError) -> Void
  ) throws(MappingError) {
    guard let frame = try? pages?.allocate(FrameRequest(order: 0)) else { throw .noFrames }
    let page = AddressRange(at: frame.start, size: PageFrameNumber.size)
    kernelWindow.fill(page)
    do throws(MappingError) { try map(page) } catch {
      try? pages?.free(frame, order: 0)
      throw error
    }
  }

  private static func release(_ address: VirtualAddress, size: UInt64) {
    try? AddressSpace.unmap(address, size: size, freeingFrames: true)
  }
}
