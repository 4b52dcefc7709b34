import Synchronization

/// What a state is told by: 128 bits of a hash of it. That two states of 10^9 have the same is as
/// likely as 1 in 10^21.
struct StateKey: Hashable {
  private var low: UInt64 = 0x9e37_79b9_7f4a_7c15
  private var high: UInt64 = 0xc2b2_ae3d_27d4_eb4f

  /// Takes another word in.
  @inline(__always)
  mutating func add(_ word: UInt64) {
    low = Self.mix(low ^ word, 0xbf58_476d_1ce4_e5b9)
    high = Self.mix(high &+ word, 0x94d0_49bb_1331_11eb)
  }

  /// One of so many shares.
  func share(of count: Int) -> Int { Int(truncatingIfNeeded: high >> 32) & (count - 1) }

  func hash(into hasher: inout Hasher) { hasher.combine(low) }

  /// A product folded, so that every bit of it counts; the rotation keeps 0 from staying 0.
  @inline(__always)
  private static func mix(_ word: UInt64, _ factor: UInt64) -> UInt64 {
    let product = word.multipliedFullWidth(by: factor)
    return (product.high ^ product.low) &+ (word << 29 | word >> 35)
  }
}

/// All states that were found, each by the state and the operation that it was found from.
final class StateTable: Sendable {
  private struct Share {
    var keys: Set<StateKey> = []
  }
  private struct Found {
    var parents: [UInt32] = []
    var operations: [UInt16] = []
  }

  private static let shareCount = 64
  private let shares: [Locked<Share>]
  private let found: Locked<Found>

  /// A table with the first state in it.
  init(_ first: StateKey) {
    shares = (0..<Self.shareCount).map { _ in Locked(Share()) }
    found = Locked(Found())
    insert(first, parent: 0, operation: 0)
  }

  /// The number of states.
  var count: Int { found.withLock { $0.parents.count } }

  /// Notes a state, unless it is known.
  ///
  /// - Returns: Whether it is new.
  @discardableResult
  func insert(_ key: StateKey, parent: UInt32, operation: UInt16) -> Bool {
    let share = shares[key.share(of: Self.shareCount)]
    guard share.withLock({ $0.keys.insert(key).inserted }) else { return false }
    found.withLock {
      $0.parents.append(parent)
      $0.operations.append(operation)
    }
    return true
  }

  /// The numbers of the operations that lead to a state from the first one.
  func path(to state: Int) -> [Int] {
    found.withLock { found in
      var path: [Int] = []
      var state = state
      while state != 0 {
        path.append(Int(found.operations[state]))
        state = Int(found.parents[state])
      }
      return path.reversed()
    }
  }
}

/// A value that several threads use in turn.
final class Locked<Value: Sendable>: Sendable {
  private let value: Mutex<Value>

  init(_ value: Value) { self.value = Mutex(value) }

  func withLock<Result>(_ body: (inout sending Value) -> sending Result) -> sending Result {
    value.withLock(body)
  }
}
