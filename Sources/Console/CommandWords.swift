import Addressing

/// The words of a line that was typed: runs of bytes without a space.
public struct CommandWords: Sendable {
  /// The most words of a line; the last one takes the rest.
  public static var capacity: Int { 4 }

  private var words = InlineArray<4, Range<Int>>(repeating: 0..<0)

  /// The number of words.
  public private(set) var count = 0

  /// Finds the words. O(n) in bytes.
  public init(of line: RawSpan) {
    var place = 0
    while count < Self.capacity {
      while place < line.byteCount, line[byteAt: place] == UInt8(ascii: " ") { place += 1 }
      guard place < line.byteCount else { return }
      let start = place
      while place < line.byteCount, line[byteAt: place] != UInt8(ascii: " ") { place += 1 }
      if count == Self.capacity - 1 { place = line.byteCount }
      words[count] = start..<place
      count += 1
    }
  }

  /// The bytes of a word in its line; empty where there is none.
  public subscript(index: Int) -> Range<Int> {
    (0..<count).contains(index) ? words[index] : 0..<0
  }

  /// The number that a word is, in decimal or after `0x` in hexadecimal; `nil` where it is none of
  /// at most 64 bits, or not there.
  public func number(_ index: Int, of line: RawSpan) -> UInt64? {
    var digits = self[index]
    var base: UInt64 = 10
    if digits.count > 2, line[byteAt: digits.lowerBound] == UInt8(ascii: "0"),
      line[byteAt: digits.lowerBound + 1] | 0x20 == UInt8(ascii: "x")
    {
      digits = digits.lowerBound + 2..<digits.upperBound
      base = 16
    }
    guard !digits.isEmpty else { return nil }
    var number: UInt64 = 0
    for place in digits {
      guard let digit = Self.digit(line[byteAt: place]), digit < base else { return nil }
      let (product, isTooLarge) = number.multipliedReportingOverflow(by: base)
      let (sum, overflow) = product.addingReportingOverflow(digit)
      guard !isTooLarge, !overflow else { return nil }
      number = sum
    }
    return number
  }

  private static func digit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}
