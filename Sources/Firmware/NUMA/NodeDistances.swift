import ACPI
import Addressing

/// How far nodes are from each other: 10 is a node's distance to itself, 20 the distance where
/// nothing else is known.
///
/// Distances are kept for nodes 0 to 63; those beyond have the usual ones.
///
/// Linux: `numa_set_distance`, `__node_distance`.
package struct NodeDistances: ~Copyable {
  /// What to say of a distance that can't be right.
  package enum Refusal {
    case outOfBounds
    case invalid
  }

  /// A node's distance to itself, to which the table is relative.
  static var local: UInt8 { DistanceTable.local }
  /// The distance to another node where nothing is known.
  static var remote: UInt8 { 20 }
  /// How many nodes have a place in the table.
  static var capacity: Int { 64 }

  private var table = InlineArray<4096, UInt8>(repeating: 0)
  private let place = StaysInPlace()

  package init() {}

  /// The number of nodes that the table is about; 0 where nothing is known.
  package private(set) var count = 0

  /// Forgets what is known.
  package mutating func reset() { count = 0 }

  /// Makes this table the same as another.
  package mutating func copy(_ other: borrowing NodeDistances) {
    count = other.count
    for index in 0..<4096 { table[index] = other.table[index] }
  }

  /// Starts a table of the usual distances between nodes below `count`.
  package mutating func start(count: Int) {
    self.count = Swift.min(count, Self.capacity)
    for from in 0..<self.count {
      for to in 0..<self.count {
        table[from * Self.capacity + to] = from == to ? Self.local : Self.remote
      }
    }
  }

  /// The distance from one node to another.
  package func distance(from: NodeID, to: NodeID) -> UInt8 {
    guard from.value >= 0, to.value >= 0, from.value < count, to.value < count else {
      return from == to ? Self.local : Self.remote
    }
    return table[Int(from.value) * Self.capacity + Int(to.value)]
  }

  /// Sets a distance, unless it can't be right.
  package mutating func set(_ distance: UInt8, from: NodeID, to: NodeID) -> Refusal? {
    guard from.value >= 0, to.value >= 0, from.value < count, to.value < count else {
      return .outOfBounds
    }
    guard from != to || distance == Self.local else { return .invalid }
    table[Int(from.value) * Self.capacity + Int(to.value)] = distance
    return nil
  }
}
