import Addressing
import NUMA

extension ProximityMap {
  /// Replaces the numbering: fake nodes take the domains of the nodes they were cut from, and
  /// nodes that were not cut up move to numbers that are free.
  ///
  /// - Parameters:
  ///   - originals: For each fake node the node it was cut from, plus 1; 0 for none.
  ///   - highest: The highest fake node's number.
  ///   - previous: Room for the domains as they were.
  /// - Returns: the nodes that moved.
  ///
  /// Linux: `fix_pxm_node_maps`.
  mutating func renumber(
    _ originals: borrowing InlineArray<1024, UInt16>, highest: Int,
    _ previous: inout InlineArray<1024, UInt16>
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
