/// An upper bound on the free pieces in some gaps, in one word: the size of the largest one, and
/// the highest *order* of one. `isExact` says that neither is too high.
///
/// A piece has order k where it holds more than 2^(k−1) bytes from a multiple of 2^k on. A
/// request of more than 2^(k−1) bytes at a multiple of 2^k only fits in a piece of that order
/// or a higher one. That rules out nearly all pieces that are large enough but badly aligned.
///
///     63                    7   6     5   0
///     [ size, in 128 bytes   ][exact][order]
struct GapSummary {
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
  func covers(_ request: AllocationRequest) -> Bool {
    bits | Self.lowBits >= request.size && bits & Self.orderBits >= request.order
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

  @inline(__always)
  var isExact: Bool {
    get { bits & Self.exactBit != 0 }
    set { bits = newValue ? bits | Self.exactBit : bits & ~Self.exactBit }
  }

  /// An upper bound on these pieces and those of `other`.
  @inline(__always)
  func union(_ other: GapSummary) -> GapSummary {
    let order = max(bits & Self.orderBits, other.bits & Self.orderBits)
    return GapSummary(bits: max(bits, other.bits) & ~Self.lowBits | order)
  }

  /// The better of two upper bounds on the same pieces.
  @inline(__always)
  func intersection(_ other: GapSummary) -> GapSummary {
    let order = min(bits & Self.orderBits, other.bits & Self.orderBits)
    return GapSummary(bits: min(bits, other.bits) & ~Self.lowBits | order)
  }

  @inline(__always)
  mutating func include(_ other: GapSummary) { self = union(other) }

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
