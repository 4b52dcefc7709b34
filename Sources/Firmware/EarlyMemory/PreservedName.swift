import Addressing
import Memblock

/// The name under which memory is kept for the next kernel: 1 to 15 bytes.
public struct PreservedName: Sendable, Equatable {
  /// As `Memblock.packedName` has it.
  let words: (UInt64, UInt64)

  /// The name as a table has it, and memblock.
  init(_ words: (UInt64, UInt64)) { self.words = words }

  /// No name.
  public init() { words = (0, 0) }

  /// The name with that text; `nil` where it is empty or too long, or has a zero byte.
  public init?(_ text: borrowing RawSpan) {
    guard let words = Memblock.packedName(text) else { return nil }
    self.words = words
  }

  private func byte(_ index: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: (index < 8 ? words.0 : words.1) >> UInt64(8 * (index & 7)))
  }

  /// The number of bytes in front of the first zero.
  public var count: Int {
    var count = 0
    while count < 16, byte(count) != 0 { count += 1 }
    return count
  }

  /// Whether this is a name: its bytes, then zeros.
  var isValid: Bool {
    let count = count
    for index in count..<16 where byte(index) != 0 { return false }
    return count > 0 && count <= Memblock.longestReservationName
  }

  /// Calls a function with each byte of the name.
  public func forEachByte(_ body: (UInt8) -> Void) {
    for index in 0..<count { body(byte(index)) }
  }

  /// Whether two names have the same bytes.
  public static func == (left: PreservedName, right: PreservedName) -> Bool {
    left.words == right.words
  }
}
