import Memblock
import Replay

/// A boot as text in sections: a step each, then what it cost and what is left.
struct ReplayText {
  let sections: [MachineText.Section]

  init(_ replay: BootReplay) {
    var sections: [MachineText.Section] = []
    var before: MemblockTables?
    for (index, step) in replay.steps.enumerated() {
      var lines = step.lines
      lines += Self.table("memory", step.tables.memory, step.tables.memorySize, before?.memory)
      lines += Self.table(
        "reserved", step.tables.reserved, step.tables.reservedSize, before?.reserved)
      sections.append(
        MachineText.Section(
          title: "\(index + 1). \(step.title), \(step.function)", lines: lines))
      before = step.tables
    }
    sections.append(MachineText.Section(title: "Cost", lines: Self.cost(replay)))
    if !replay.buddyLines.isEmpty {
      sections.append(MachineText.Section(title: "Free blocks by order", lines: replay.buddyLines))
    }
    if let failure = replay.failure {
      sections.append(MachineText.Section(title: "The boot ended early", lines: [failure]))
    }
    self.sections = sections
  }

  /// The sections as text.
  func text(_ style: Style) -> String {
    sections.map { section in
      style(.bold, section.title) + "\n"
        + section.lines.map { "  \(style.highlighted($0))\n" }.joined()
    }.joined(separator: "\n")
  }

  /// A table whole where it has changed; `+` marks regions that were not there before.
  private static func table(
    _ name: String, _ regions: [Region], _ total: UInt64, _ before: [Region]?
  ) -> [String] {
    if regions == before ?? [] { return [] }
    let old = Set(before ?? [])
    return ["\(name), \(Words.size(total)) in \(Words.count(regions.count, "region"))"]
      + regions.map { region in
        let range = Words.range(region.base.value, region.base.value &+ region.size &- 1)
        let node = region.node.isValid ? "  node \(region.node.value)" : ""
        let flags =
          region.flags.isEmpty ? "" : "  flags 0x" + String(region.flags.rawValue, radix: 16)
        return "\(old.contains(region) ? " " : "+") \(range)  "
          + "\(Words.right(Words.size(region.size), 10))\(node)\(flags)"
      }
  }

  private static func cost(_ replay: BootReplay) -> [String] {
    var lines: [String] = []
    if replay.pageTableSize > 0 {
      let counts = zip(replay.pageCounts, ["4 KiB", "2 MiB", "1 GiB"])
        .map { "\($0.0) pages of \($0.1)" }.joined(separator: ", ")
      lines.append(
        "page tables     \(Words.right(Words.size(replay.pageTableSize), 10))  \(counts)")
    }
    if replay.metadataSize > 0 {
      lines.append(
        "page allocator  \(Words.right(Words.size(replay.metadataSize), 10))  zones, nodes, frames")
    }
    for (caller, group) in Dictionary(grouping: replay.allocations, by: \.caller).sorted(by: {
      $0.key < $1.key
    }) {
      lines.append("\(caller): \(Words.count(group.count, "allocation"))")
      lines += Self.joined(group).map { "  \(Words.range($0.lowerBound, $0.upperBound))" }
    }
    lines.append(
      "left for the page allocator: \(Words.size(replay.freedFrames << 12)) "
        + "(\(replay.freedFrames) frames)")
    return lines
  }
}

extension ReplayText {
  /// The ranges of allocations, with those that touch as one; first and last byte.
  private static func joined(_ allocations: [ReplayAllocation]) -> [ClosedRange<UInt64>] {
    var ranges: [ClosedRange<UInt64>] = []
    for range in allocations.map(\.range).sorted(by: { $0.start < $1.start }) {
      if let last = ranges.last, last.upperBound + 1 == range.start.value {
        ranges[ranges.count - 1] = last.lowerBound...(range.end.value - 1)
      } else {
        ranges.append(range.start.value...(range.end.value - 1))
      }
    }
    return ranges
  }
}

extension Style {
  /// A line that begins with `+` or `-` in green or red.
  func highlighted(_ line: String) -> String {
    line.hasPrefix("+ ") ? self(.green, line) : line.hasPrefix("- ") ? self(.red, line) : line
  }
}
