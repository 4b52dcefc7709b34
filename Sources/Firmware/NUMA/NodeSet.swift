import Addressing
import Memblock

/// A set of NUMA nodes: a bit for each of the 1,024 there can be.
///
/// Linux: `nodemask_t`.
public struct NodeSet: Sendable {
  private var words = InlineArray<16, UInt64>(repeating: 0)

  /// Makes an empty set.
  public init() {}

  /// Whether there is no node in the set.
  public var isEmpty: Bool { first == nil }

  /// The lowest node; `nil` where there is none.
  public var first: NodeID? { first(from: 0) }

  /// The highest node; `nil` where there is none.
  public var last: NodeID? {
    for index in words.indices.reversed() where words[index] != 0 {
      return NodeID(Int32(64 * index + 63 - words[index].leadingZeroBitCount))
    }
    return nil
  }

  /// The lowest node above `node`; `nil` where there is none.
  public func next(after node: NodeID) -> NodeID? { first(from: Int(node.value) + 1) }

  /// Whether `node` is in the set; no is the answer for what is not a node.
  public func contains(_ node: NodeID) -> Bool {
    guard node.isValid else { return false }
    return words[Int(node.value) / 64] >> UInt64(node.value % 64) & 1 == 1
  }

  /// Adds a node, which must be valid.
  public mutating func insert(_ node: NodeID) {
    words[Int(node.value) / 64] |= 1 << UInt64(node.value % 64)
  }

  /// Takes a node out, which must be valid.
  public mutating func remove(_ node: NodeID) {
    words[Int(node.value) / 64] &= ~(1 << UInt64(node.value % 64))
  }

  private func first(from number: Int) -> NodeID? {
    var index = number / 64
    guard number >= 0, index < words.count else { return nil }
    var word = words[index] & (UInt64.max << UInt64(number % 64))
    while word == 0 {
      index += 1
      guard index < words.count else { return nil }
      word = words[index]
    }
    return NodeID(Int32(64 * index + word.trailingZeroBitCount))
  }
}
