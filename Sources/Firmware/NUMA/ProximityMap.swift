import Addressing

/// Which node each of ACPI's proximity domains is: they are numbered in the order in which
/// they first appear.
///
/// Linux: `acpi_map_pxm_to_node` and its two tables.
package struct ProximityMap: ~Copyable {
  /// The node of each domain, plus 1; 0 for none. Zeros, so that a global costs no code.
  package var nodes = InlineArray<1024, UInt16>(repeating: 0)
  /// The domain of each node, plus 1; 0 for none.
  package var domains = InlineArray<1024, UInt16>(repeating: 0)
  private var count = 0
  private let place = StaysInPlace()

  /// The node of a domain; `nil` where the domain has none.
  func node(of domain: UInt32) -> NodeID? {
    guard domain < 1024, nodes[Int(domain)] != 0 else { return nil }
    return NodeID(Int32(nodes[Int(domain)]) - 1)
  }

  /// The node of a domain, a new one where the domain is new; `nil` for a domain of 1,024 and
  /// above.
  mutating func assign(_ domain: UInt32) -> NodeID? {
    if let node = node(of: domain) { return node }
    guard domain < 1024, count < 1024 else { return nil }
    let node = NodeID(Int32(count))
    count += 1
    set(domain, to: node)
    return node
  }

  /// Forgets all.
  mutating func removeAll() {
    for index in 0..<1024 {
      nodes[index] = 0
      domains[index] = 0
    }
    count = 0
  }

  private mutating func set(_ domain: UInt32, to node: NodeID) {
    nodes[Int(domain)] = UInt16(node.value) + 1
    domains[Int(node.value)] = UInt16(domain) + 1
  }
}
