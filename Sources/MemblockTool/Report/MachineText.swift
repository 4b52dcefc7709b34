import LogReading
import Replay

/// What is shown of a machine, as text in sections: each a title and its lines.
struct MachineText {
  struct Section: Equatable {
    var title: String
    var lines: [String]
  }

  private(set) var sections: [Section] = []
  private let style: Style

  init(_ input: LogFiles, style: Style) {
    self.style = style
    let log = input.log
    let readAs = log.forms.map(\.key).joined(separator: ", ")
    add(
      "Machine",
      [
        log.kernelVersion.map { "kernel        Linux \($0.text)" },
        log.commandLine.map { "command line  \($0.text)" }, "read as       \(readAs)",
      ].compactMap(\.self))
    for source in MapSource.allCases where !log.map(source).isEmpty {
      let title = source == log.firmwareSource ? "Firmware map" : "Map"
      add(
        "\(title) (\(source.name)), \(Words.count(log.map(source).count, "entry", "entries"))",
        mapLines(log.map(source), source))
    }
    addDump(log)
    add(
      "SRAT",
      log.affinities.map {
        "node \($0.node)  domain \($0.domain)  \(Words.range($0.start, $0.last))  "
          + "\(Words.right(Words.size($0.last &- $0.start &+ 1), 10))"
          + ($0.isHotPluggable ? "  hotplug" : "")
      })
    addNodes(log)
    add(
      "Zones",
      log.zones.map { zone in
        "\(Words.left(zone.name, 8))  "
          + (zone.range.map { Words.range($0.lowerBound, $0.upperBound) } ?? "empty")
      })
    add(
      "Totals",
      log.totalsByType.map {
        "\(Words.left($0.name, 20)) \(Words.right(Words.size($0.bytes), 10))"
      }
        + [log.memoryTotal?.text].compactMap(\.self))
  }

  /// The whole text.
  var text: String {
    sections.map { section in
      style(.bold, section.title) + "\n" + section.lines.map { "  \($0)\n" }.joined()
    }.joined(separator: "\n")
  }

  private mutating func add(_ title: String, _ lines: [String]) {
    if !lines.isEmpty { sections.append(Section(title: title, lines: lines)) }
  }

  /// The entries of a map by address, with the gaps between them.
  private func mapLines(_ entries: [LoggedRange], _ source: MapSource) -> [String] {
    var lines: [String] = []
    var end: UInt64?
    for entry in entries {
      if let end, entry.start > end, entry.start - end > 1 {
        lines.append(
          style(
            .dim,
            "\(Words.range(end + 1, entry.start - 1))  "
              + "\(Words.right(Words.size(entry.start - end - 1), 10))  -"))
      }
      end = max(end ?? 0, entry.last)
      let use = MemoryUse(entry.type, by: source)
      lines.append(
        "\(Words.range(entry.start, entry.last))  \(Words.right(Words.size(entry.size), 10))  "
          + style(use.color, entry.typeName(by: source)))
    }
    return lines
  }

  private mutating func addDump(_ log: BootLog) {
    guard let dump = log.dumps.last else { return }
    func lines(_ regions: [LoggedRegion]) -> [String] {
      regions.map { region in
        "\(Words.range(region.start, region.last))  \(Words.right(Words.size(region.size), 10))"
          + (region.node.map { "  node \($0)" } ?? "")
          + (region.flags == 0 ? "" : "  flags 0x" + String(region.flags, radix: 16))
      }
    }
    let isWhole = dump.isComplete ? "" : ", cut off"
    add(
      "memory, \(Words.size(dump.memorySize ?? 0)) in "
        + "\(Words.count(dump.memory.count, "region"))\(isWhole)", lines(dump.memory))
    add(
      "reserved, \(Words.size(dump.reservedSize ?? 0)) in "
        + "\(Words.count(dump.reserved.count, "region"))\(isWhole)", lines(dump.reserved))
  }

  private mutating func addNodes(_ log: BootLog) {
    let nodes = Set(log.nodeRanges.map(\.node)).sorted()
    add(
      "Nodes",
      nodes.flatMap { node in
        let ranges = log.nodeRanges.filter { $0.node == node }
        let total = ranges.reduce(0) { $0 &+ ($1.last &- $1.start &+ 1) }
        return ["node \(node)  \(Words.size(total))"]
          + ranges.map { "  \(Words.range($0.start, $0.last))" }
      })
  }
}
