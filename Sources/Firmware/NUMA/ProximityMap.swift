import Addressing
import Memblock

/// Which node each of ACPI's proximity domains is: they are numbered in the order in which
/// they first appear.
///
/// Linux: `acpi_map_pxm_to_node` and its two tables.
struct ProximityMap: ~Copyable {
  /// The node of each domain, plus 1; 0 for none. Zeros, so that a global costs no code.
  private var nodes = InlineArray<1024, UInt16>(repeating: 0)
  /// The domain of each node, plus 1; 0 for none.
  private var domains = InlineArray<1024, UInt16>(repeating: 0)
  /// The domains as they were, while nodes are renumbered.
  private var previous = InlineArray<1024, UInt16>(repeating: 0)
  private var count = 0
  private let place = StaysInPlace()

  /// The node of a domain; `nil` where the domain has none.
  func node(of domain: UInt32) -> NodeID? {
    guard domain < 1024, nodes[Int(domain)] != 0 else { return nil }
    return NodeID(Int32(nodes[Int(domain)]) - 1)
  }

  /// The domain of a node; `nil` where the node has none.
  func domain(of node: NodeID) -> UInt32? {
    guard node.isValid, domains[Int(node.value)] != 0 else { return nil }
    return UInt32(domains[Int(node.value)]) - 1
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

  /// Replaces the numbering: fake nodes take the domains of the nodes they were cut from, and
  /// nodes that were not cut up move to numbers that are free.
  ///
  /// - Parameters:
  ///   - originals: For each fake node the node it was cut from, plus 1; 0 for none.
  ///   - highest: The highest fake node's number.
  /// - Returns: the nodes that moved.
  ///
  /// Linux: `fix_pxm_node_maps`.
  mutating func renumber(
    _ originals: borrowing InlineArray<1024, UInt16>, highest: Int
  ) -> NodeSet {
    var moved = NodeSet()
    var hasFakes = false
    for fake in 0...highest where originals[fake] != 0 {
      if domains[Int(originals[fake]) - 1] != 0 { hasFakes = true }
    }
    guard hasFakes else { return moved }
    for index in 0..<1024 {
      previous[index] = domains[index]
      domains[index] = 0
    }
    for fake in 0...highest where originals[fake] != 0 {
      domains[fake] = previous[Int(originals[fake]) - 1]
    }
    for original in 0..<1024 where previous[original] != 0 {
      var isCut = false
      for fake in 0...highest where Int(originals[fake]) == original + 1 { isCut = true }
      if isCut { continue }
      var free = 0
      while free < 1024, domains[free] != 0 { free += 1 }
      guard free < 1024 else { break }
      domains[free] = previous[original]
      moved.insert(NodeID(Int32(free)))
    }
    for index in 0..<1024 { nodes[index] = 0 }
    for node in 0..<1024 where domains[node] != 0 {
      let domain = Int(domains[node]) - 1
      if nodes[domain] == 0 { nodes[domain] = UInt16(node) + 1 }
    }
    return moved
  }
}
