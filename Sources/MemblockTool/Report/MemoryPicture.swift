import LogReading
import Replay

/// A machine's memory as rows of boxes, all at the same addresses.
struct MemoryPicture {
  struct Box {
    var start: UInt64
    var last: UInt64
    /// The class of its style, which is colour and pattern.
    var style: String
    var label: String
    var title: String
  }

  struct Row {
    var name: String
    var boxes: [Box]
  }

  private(set) var rows: [Row] = []
  let scale: AddressScale
  let heading: String

  init(_ input: LogFiles, isLinear: Bool) {
    let log = input.log
    var rows: [Row] = []
    if let source = log.firmwareSource {
      let boxes = log.map(source).filter { $0.last >= $0.start }.map { entry in
        Box(
          start: entry.start, last: entry.last,
          style: MemoryUse(entry.type, by: source).rawValue,
          label: entry.typeName(by: source),
          title:
            "\(entry.typeName(by: source))\n\(input.location(of: entry.line)): \(entry.line.text)")
      }
      rows.append(Row(name: "firmware (\(source.name))", boxes: boxes))
    }
    if let dump = log.dumps.last {
      rows.append(Row(name: "memory", boxes: Self.boxes(dump.memory, "usable")))
      rows.append(Row(name: "reserved", boxes: Self.boxes(dump.reserved, "taken")))
    }
    let nodes = log.nodeRanges.map { ($0.node, $0.start, $0.last) }
    let affinities = log.affinities.map { ($0.node, $0.start, $0.last) }
    for (name, ranges) in [("SRAT", affinities), ("nodes", nodes)] where !ranges.isEmpty {
      rows.append(
        Row(
          name: name,
          boxes: ranges.map { node, start, last in
            Box(
              start: start, last: last, style: "node\(node % 6)", label: "node \(node)",
              title: "node \(node)")
          }))
    }
    rows.removeAll { $0.boxes.isEmpty }
    self.rows = rows
    scale = AddressScale(
      rows.flatMap(\.boxes).map { ($0.start, $0.last) }, isLinear: isLinear)
    heading = log.kernelVersion.map { "Linux \($0.text)" } ?? input.names.joined(separator: ", ")
  }

  private static func boxes(_ regions: [LoggedRegion], _ style: String) -> [Box] {
    regions.map { region in
      let node = region.node.map { "node \($0)" } ?? ""
      let flags = region.flags == 0 ? "" : " flags 0x\(String(region.flags, radix: 16))"
      return Box(
        start: region.start, last: region.last, style: style, label: node,
        title: "\(style == "taken" ? "reserved" : "memory") \(node)\(flags)")
    }
  }
}

/// Where addresses lie from left to right, from 0 to 1.
struct AddressScale {
  /// The addresses at which something begins or ends, in order.
  let borders: [UInt64]
  private let isLinear: Bool

  init(_ ranges: [(UInt64, UInt64)], isLinear: Bool) {
    var all = Set<UInt64>([0])
    for (start, last) in ranges {
      all.insert(start)
      all.insert(last == .max ? .max : last + 1)
    }
    borders = all.sorted()
    self.isLinear = isLinear
  }

  /// Where an address is drawn.
  func position(of address: UInt64) -> Double {
    guard borders.count > 1, let top = borders.last else { return 0 }
    if isLinear { return Double(address) / Double(top) }
    var (low, high) = (0, borders.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if borders[middle] < address { low = middle + 1 } else { high = middle }
    }
    return Double(low) / Double(borders.count - 1)
  }
}
