/// Bytes that somebody left in physical memory, together with the window that shows them.
///
/// What a boot loader or the firmware says is spread over memory: a command line here, a table
/// there. A value of this type names one such piece and can read it, so that nobody can look it up
/// in the wrong bytes. It can be stored and copied; the bytes are read where they lie, each time
/// anew. It owns nothing: they must stay there as long as it is used, and may change.
@frozen
public struct PhysicalBytes: Sendable {
  /// The physical memory that the bytes take.
  public let range: AddressRange

  /// Where they can be seen.
  public let window: PhysicalMemoryWindow

  /// The bytes of `range`; `nil` where the window doesn't show all of them.
  @inlinable
  public init?(_ range: AddressRange, in window: PhysicalMemoryWindow) {
    // An empty range is contained everywhere, but can't be pointed at outside the window.
    guard window.range.start <= range.start, range.end <= window.range.end else { return nil }
    self.range = range
    self.window = window
  }

  /// The `count` bytes at `address`; `nil` where the window doesn't show all of them.
  @inlinable
  public init?(at address: PhysicalAddress, count: UInt64, in window: PhysicalMemoryWindow) {
    let range = AddressRange(at: address, size: count)
    guard range.size == count else { return nil }
    self.init(range, in: window)
  }

  /// The text at `address`, up to its zero byte, which is not part of it; `nil` where there is no
  /// zero byte among the first `limit` bytes, or the window ends before it. O(n) in bytes.
  public init?(
    textAt address: PhysicalAddress, limit: UInt64, in window: PhysicalMemoryWindow
  ) {
    guard window.range.contains(address) else { return nil }
    let shown = Swift.min(limit, window.range.end - address)
    let length = window.withBytes(of: AddressRange(at: address, size: shown)) { bytes -> Int? in
      for index in bytes.byteOffsets where bytes[byteAt: index] == 0 { return index }
      return nil
    }
    guard let length else { return nil }
    self.init(AddressRange(at: address, size: UInt64(length)), in: window)
  }

  /// The number of bytes.
  @inlinable public var count: Int { Int(range.size) }

  /// The bytes at `offsets`, counted from the first; traps outside of them.
  @inlinable
  public func part(_ offsets: Range<Int>) -> PhysicalBytes {
    precondition(offsets.lowerBound >= 0 && offsets.upperBound <= count, "part outside the bytes")
    let start = range.start + UInt64(offsets.lowerBound)
    return PhysicalBytes(
      unchecked: AddressRange(at: start, size: UInt64(offsets.count)), window)
  }

  @inlinable
  init(unchecked range: AddressRange, _ window: PhysicalMemoryWindow) {
    self.range = range
    self.window = window
  }

  /// Calls `body` with the bytes. No copy is made.
  @inlinable
  public func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try window.withBytes(of: range, body)
  }

  /// The integer whose little-endian bytes start at `offset`; `nil` where they pass the end.
  @inlinable
  public func littleEndian<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type = T.self, at offset: Int
  ) -> T? {
    withBytes { $0.littleEndian(type, at: offset) }
  }
}
