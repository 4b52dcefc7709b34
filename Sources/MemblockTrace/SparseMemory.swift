public import Addressing

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Physical memory for a memblock on the host: a stretch of address space from physical
/// address 0 that costs nothing until it is touched.
@safe
public final class SparseMemory {
  /// Where the memory can be seen.
  public let window: PhysicalMemoryWindow

  private let start: UnsafeMutableRawPointer
  private let byteCount: Int

  /// Maps memory of that many bytes, a terabyte as behind the recorded traces; `nil` where the
  /// system refuses.
  public init?(byteCount: Int = 1 << 40) {
    #if canImport(Darwin)
      let flags = MAP_PRIVATE | MAP_ANON | MAP_NORESERVE
    #else
      let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    #endif
    let start = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0)
    guard let start = unsafe start, unsafe start != MAP_FAILED else { return nil }
    unsafe self.start = start
    self.byteCount = byteCount
    // SAFETY: mapped just now, and until this object goes away.
    unsafe window = PhysicalMemoryWindow(
      showing: AddressRange(at: .zero, size: UInt64(byteCount)),
      at: VirtualAddress(UInt64(UInt(bitPattern: start))))
  }

  deinit {
    unsafe munmap(start, byteCount)
  }
}
