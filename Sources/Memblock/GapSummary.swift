/// What is known of the free pieces in some gaps, in one word: the size of the largest one, and
/// the highest *order* of one. Both may be too high; `isExact` says that they are not.
///
/// A piece has order k where it holds more than 2^(k−1) bytes from a multiple of 2^k on. A
/// request of more than 2^(k−1) bytes at a multiple of 2^k only fits in a piece of that order
/// or a higher one. That rules out nearly all pieces that are large enough but badly aligned.
struct GapSummary {
  /// The size, rounded down to 128; below it a bit for exactness and six for the order.
  private(set) var bits: UInt64

  private static var orderBits: UInt64 { 0x3f }
  private static var exactBit: UInt64 { 0x40 }
  private static var lowBits: UInt64 { 0x7f }

  @inline(__always)
  init(bits: UInt64) {
    self.bits = bits
  }

  /// No pieces at all.
  static var empty: GapSummary { GapSummary(bits: 0) }

  /// Whether the pieces may have room for a request.
  @inline(__always)
  func covers(_ wanted: GapRequest) -> Bool {
    bits | Self.lowBits >= wanted.size && bits & Self.orderBits >= wanted.order
  }

  /// Whether these numbers are nowhere below those of `other`.
  func covers(_ other: GapSummary) -> Bool {
    bits | Self.lowBits >= other.bits | Self.lowBits
      && bits & Self.orderBits >= other.bits & Self.orderBits
  }

  /// Whether both numbers are above those of `other`.
  @inline(__always)
  func exceeds(_ other: GapSummary) -> Bool {
    bits & ~Self.lowBits > other.bits && bits & Self.orderBits > other.bits & Self.orderBits
  }

  /// Whether the numbers are known not to be too high.
  @inline(__always)
  var isExact: Bool {
    get { bits & Self.exactBit != 0 }
    set { bits = newValue ? bits | Self.exactBit : bits & ~Self.exactBit }
  }

  /// What these pieces and those of `other` are. Doesn't claim to be exact.
  @inline(__always)
  func union(_ other: GapSummary) -> GapSummary {
    let order = max(bits & Self.orderBits, other.bits & Self.orderBits)
    return GapSummary(bits: max(bits, other.bits) & ~Self.lowBits | order)
  }

  /// What is known where both are known not to be too low. Doesn't claim to be exact.
  @inline(__always)
  func intersection(_ other: GapSummary) -> GapSummary {
    let order = min(bits & Self.orderBits, other.bits & Self.orderBits)
    return GapSummary(bits: min(bits, other.bits) & ~Self.lowBits | order)
  }

  /// Takes the pieces of `other` in.
  @inline(__always)
  mutating func include(_ other: GapSummary) { self = union(other) }

  /// Takes a piece in.
  @inline(__always)
  mutating func include(_ piece: Extent) {
    if piece.base >= piece.end { return }
    let size = piece.size
    var order = UInt64(64 &- (size &- 1).leadingZeroBitCount)
    if order <= bits & Self.orderBits && size | Self.lowBits <= bits | Self.lowBits { return }
    // Of three orders that the size allows, one is right.
    while order > 0 && !Self.has(piece, order: min(order, 63)) { order &-= 1 }
    include(GapSummary(bits: size & ~Self.lowBits | min(order, 63)))
  }

  @inline(__always)
  private static func has(_ piece: Extent, order: UInt64) -> Bool {
    let mask = 1 &<< order &- 1
    let base = (piece.base &+ mask) & ~mask
    return base >= piece.base && base < piece.end && piece.end &- base > 1 &<< (order &- 1)
  }
}

/// What a request demands of a gap.
struct GapRequest {
  /// The bytes that must be free in one piece.
  let size: UInt64

  /// The order that a piece must have at least.
  let order: UInt64

  /// The bits that must be 0 in the address; none where the alignment is not a power of two.
  private let alignmentMask: UInt64

  /// What so many bytes, more than 0, at a multiple of `alignment` demand.
  @inline(__always)
  init(size: UInt64, alignment: UInt64) {
    self.size = size
    let isPowerOfTwo = alignment & (alignment &- 1) == 0
    let alignmentOrder = isPowerOfTwo ? UInt64(alignment.trailingZeroBitCount) : 0
    let sizeOrder = UInt64(64 &- (size &- 1).leadingZeroBitCount)
    order = min(min(alignmentOrder, sizeOrder), 63)
    alignmentMask = isPowerOfTwo ? alignment &- 1 : 0
  }

  /// Whether there is room in a gap, if all of it is memory.
  @inline(__always)
  func fits(in gap: Extent) -> Bool {
    gap.size >= size && (gap.end &- size) & ~alignmentMask >= gap.base
  }
}
