import ACPI
import Addressing

/// What Linux makes of ACPI's System Locality Information Table.
extension NUMATopology {
  /// Reads the distances, if they make sense.
  ///
  /// Linux: `acpi_parse_slit`.
  mutating func readDistances(_ bytes: RawSpan, log: inout some TextSink & ~Copyable) {
    guard let table = DistanceTable(bytes) else {
      log.write("ACPI: SLIT table looks invalid. Not used.\n")
      return
    }
    var hasWarned = false
    for from in 0..<table.domainCount {
      guard let fromNode = proximity.node(of: UInt32(from)) else { continue }
      for to in 0..<table.domainCount {
        guard let toNode = proximity.node(of: UInt32(to)) else { continue }
        if distances.count == 0 { startDistances(log: &log) }
        let distance = table.distance(from: from, to: to)
        guard let refusal = distances.set(distance, from: fromNode, to: toNode) else { continue }
        if hasWarned { continue }
        hasWarned = true
        warn(refusal, distance, from: fromNode, to: toNode, log: &log)
      }
    }
  }

  /// Starts the table with room for the nodes known so far. Linux: `numa_alloc_distance`.
  package mutating func startDistances(log: inout some TextSink & ~Copyable) {
    var nodes = parsedNodes
    blocks.collectNodes(into: &nodes)
    let count = Int(nodes.last?.value ?? 0) + 1
    distances.start(count: count)
    log.write("NUMA: Initialized distance table, cnt=")
    log.write(decimal: UInt64(distances.count))
    log.write("\n")
    if count > NodeDistances.capacity {
      log.write("NUMA: distances of nodes 64 and above are not kept\n")
    }
  }

  private func warn(
    _ refusal: NodeDistances.Refusal, _ distance: UInt8, from: NodeID, to: NodeID,
    log: inout some TextSink & ~Copyable
  ) {
    switch refusal {
    case .outOfBounds: log.write("Warning: node ids are out of bound, from=")
    case .invalid: log.write("Warning: invalid distance parameter, from=")
    }
    log.write(decimal: UInt64(from.value))
    log.write(" to=")
    log.write(decimal: UInt64(to.value))
    log.write(" distance=")
    log.write(decimal: UInt64(distance))
    log.write("\n")
  }
}
