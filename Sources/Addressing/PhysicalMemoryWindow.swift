/// Where physical memory can be seen: the one way in which this package's modules reach the
/// bytes behind a physical address.
///
/// In the kernel a window is the direct map; in a test it is a buffer that plays physical
/// memory. The window knows which physical range it shows and
/// traps, with the address, on any access outside, so that what is built on it is memory-safe
/// as long as the mapping it was made for stands.
@frozen
public struct PhysicalMemoryWindow: Sendable {
  /// The physical memory that the window shows.
  public let range: AddressRange

  /// What is added to a physical address, modulo 2^64, to get the virtual one.
  public let offset: UInt64

  /// Makes a window in which physical address `range.start` is seen at `address`.
  ///
  /// - Safety: All of `range` must stay mapped, readable and writable at that place for as
  ///   long as the window is in use, and belong to nobody else.
  @inlinable
  @unsafe
  public init(showing range: AddressRange, at address: VirtualAddress) {
    self.range = range
    offset = address.value &- range.start.value
  }

  /// The virtual address at which the byte at `address` is seen; traps outside the window.
  @inlinable
  public func virtualAddress(of address: PhysicalAddress) -> VirtualAddress {
    precondition(
      range.start <= address && address <= range.end, "physical address outside the window")
    return VirtualAddress(address.value &+ offset)
  }

  /// The physical address of what the window shows at `address`; `nil` outside the window.
  @inlinable
  public func physicalAddress(of address: VirtualAddress) -> PhysicalAddress? {
    let physical = PhysicalAddress(address.value &- offset)
    return range.contains(physical) ? physical : nil
  }

  /// A pointer to the `count` bytes at `address`, checked to lie in the window.
  ///
  /// For owners of a table in physical memory, who keep the pointer; all others use the
  /// accessors below.
  @inlinable
  @unsafe
  public func pointer(to address: PhysicalAddress, count: UInt64) -> UnsafeMutableRawPointer {
    precondition(
      range.start <= address && address <= range.end && count <= range.end - address,
      "physical range outside the window")
    #if MEMBLOCK_SPARSE_WINDOW
      // SAFETY: in bounds by the check; the page keeps what it has given out for good.
      return unsafe sparsePhysicalMemory(address.value, count)
    #else
      // SAFETY: in bounds by the check; mapped by the promise made to `init`, and so never null.
      return unsafe UnsafeMutableRawPointer(bitPattern: UInt(address.value &+ offset))!
    #endif
  }

  /// Reads the integer at `address`, which must be aligned for it.
  @inlinable
  public func load<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type = T.self, at address: PhysicalAddress
  ) -> T {
    // SAFETY: in bounds and mapped (`pointer`); every bit pattern is an integer.
    unsafe pointer(to: address, count: UInt64(MemoryLayout<T>.size)).load(as: T.self)
  }

  /// Writes the integer `value` at `address`, which must be aligned for it.
  @inlinable
  public func store<T: FixedWidthInteger & BitwiseCopyable>(
    _ value: T, at address: PhysicalAddress
  ) {
    // SAFETY: in bounds and mapped (`pointer`).
    unsafe pointer(to: address, count: UInt64(MemoryLayout<T>.size))
      .storeBytes(of: value, as: T.self)
  }

  /// Writes words one after the other, the first at `address`, which must be a multiple of 8.
  @inlinable
  public func store<let count: Int>(
    _ words: InlineArray<count, UInt64>, at address: PhysicalAddress
  ) {
    // SAFETY: in bounds and mapped (`pointer`).
    unsafe pointer(to: address, count: UInt64(MemoryLayout<UInt64>.size * count))
      .storeBytes(of: words, as: InlineArray<count, UInt64>.self)
  }

  /// Sets every byte of `target` to `byte`. O(n) in bytes.
  @inlinable
  public func fill(_ target: AddressRange, with byte: UInt8 = 0) {
    // SAFETY: in bounds and mapped (`pointer`).
    unsafe pointer(to: target.start, count: target.size)
      .initializeMemory(as: UInt8.self, repeating: byte, count: Int(target.size))
  }

  /// Copies the bytes of `source` to `target`; the two may overlap. O(n) in bytes.
  @inlinable
  public func copy(_ source: AddressRange, to target: PhysicalAddress) {
    // SAFETY: both in bounds and mapped (`pointer`).
    unsafe pointer(to: target, count: source.size)
      .copyMemory(from: pointer(to: source.start, count: source.size), byteCount: Int(source.size))
  }

  /// Calls `body` with the bytes of `source`, for reading. No copy is made.
  @inlinable
  public func withBytes<Result: ~Copyable, Failure: Error>(
    of source: AddressRange, _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // SAFETY: in bounds and mapped (`pointer`); the span can't leave `body`.
    let start = unsafe pointer(to: source.start, count: source.size)
    let bytes = unsafe UnsafeRawBufferPointer(start: start, count: Int(source.size))
    return try body(unsafe bytes.bytes)
  }
}

#if MEMBLOCK_SPARSE_WINDOW
  // A browser gives 16 GiB, less than many machines have: what a window shows there is not one
  // mapping but what the page has put aside for each range (Sources/Page). No other build sets this
  // condition.
  @_extern(c, "page_physical_memory")
  @usableFromInline
  func sparsePhysicalMemory(_ address: UInt64, _ count: UInt64) -> UnsafeMutableRawPointer
#endif
