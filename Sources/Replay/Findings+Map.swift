import Addressing
import LogReading
import Memblock

/// What the firmware's map itself shows.
extension Findings {
  /// The entries of the machine's map with their lines; those of node ranges where there is no
  /// map.
  var entries: [(range: Range<UInt64>, type: UInt32, line: LogLine)] {
    let lines: [LogLine]
    if let source {
      lines = log.map(source).filter { $0.last >= $0.start }.map { $0.line }
    } else {
      lines = log.nodeRanges.filter { $0.last >= $0.start }.map { $0.line }
    }
    return zip(machine.map, lines).map { entry, line in
      (entry.start..<(entry.last == .max ? .max : entry.last + 1), entry.type, line)
    }
  }

  /// What is usable and nothing else: where entries overlap, the others win.
  var usable: ByteRanges {
    ByteRanges(entries.filter { $0.type == 1 }.map { $0.range })
      .subtracting(ByteRanges(entries.filter { $0.type > 1 }.map { $0.range }))
  }

  /// The last table of the boot that says which RAM there is: Linux's, or the replay's.
  var memory: ByteRanges {
    if let dump = log.dumps.last, dump.isComplete {
      return ByteRanges(dump.memory.map { $0.start..<max($0.start, $0.last &+ 1) })
    }
    let regions = replay.steps.last?.tables.memory ?? []
    return ByteRanges(regions.map { $0.base.value..<$0.base.value + $0.size })
  }

  mutating func findPageBorders() {
    let page: UInt64 = 4096
    for range in usable.ranges {
      let first = range.lowerBound.alignedUp(to: page)
      let end = range.upperBound & ~(page - 1)
      let lines = entries.filter {
        $0.type == 1 && $0.range.overlaps(range)
      }.map { $0.line }
      guard first < end else {
        add(
          .pageBorder,
          "\(Text.size(range.upperBound - range.lowerBound)) of RAM are lost: there is no whole page "
            + "in \(Text.range(range))", lines)
        continue
      }
      let lost = (first - range.lowerBound) + (range.upperBound - end)
      if lost > 0 {
        add(
          .pageBorder,
          "\(Text.size(lost)) of RAM are lost: \(Text.range(range)) begins or ends within a page",
          lines)
      }
    }
  }

  /// Overlapping entries; the greater type number wins, which is the less usable.
  mutating func findOverlaps() {
    let sorted = entries.sorted { $0.range.lowerBound < $1.range.lowerBound }
    var open: [(range: Range<UInt64>, type: UInt32, line: LogLine)] = []
    for entry in sorted {
      open.removeAll { $0.range.upperBound <= entry.range.lowerBound }
      for other in open.prefix(64) {
        let shared = entry.range.lowerBound..<min(entry.range.upperBound, other.range.upperBound)
        let text =
          entry.type == other.type
          ? "both say \(Text.type(entry.type))"
          : "\(Text.type(max(entry.type, other.type))) wins over "
            + "\(Text.type(min(entry.type, other.type)))"
        add(
          .overlap, "two entries overlap at \(Text.range(shared)): \(text)",
          [other.line, entry.line])
      }
      open.append(entry)
    }
  }

  mutating func findHoles() {
    let fourGiB: UInt64 = 1 << 32
    let covered = ByteRanges(entries.map { $0.range })
    let top = usable.ranges.last?.upperBound ?? 0
    func neighbours(_ gap: Range<UInt64>) -> [LogLine] {
      entries.filter {
        $0.range.upperBound == gap.lowerBound || $0.range.lowerBound == gap.upperBound
      }.map { $0.line }
    }
    for gap in covered.gaps where gap.upperBound <= top && gap.lowerBound >= fourGiB {
      add(
        .hole,
        "nothing is said of \(Text.range(gap)), \(Text.size(gap.upperBound - gap.lowerBound))",
        neighbours(gap))
    }
    for gap in covered.gaps where gap.lowerBound < fourGiB {
      add(
        .gapBelow4GiB,
        "nothing is said of \(Text.range(gap)), \(Text.size(gap.upperBound - gap.lowerBound)): "
          + "room for devices", neighbours(gap))
    }
  }

  mutating func findUnknownTypes() {
    let known: Set<UInt32> = [1, 2, 3, 4, 5, 7, 12, 128, 0xefff_ffff]
    for entry in entries where !known.contains(entry.type) {
      add(
        .unknownType,
        "type \(entry.type) is not known: nobody may use \(Text.range(entry.range))", [entry.line])
    }
  }

  mutating func findWhatIsAboveALimit() {
    guard let end = memory.ranges.last?.upperBound else { return }
    let above = usable.subtracting(ByteRanges([0..<end.alignedUp(to: 4096)])).size
    guard above >= 4096 else { return }
    let why =
      machine.commandLine.split(separator: " ").first { $0.hasPrefix("mem=") }
      .map { " by '\($0)'" } ?? ""
    add(
      .aboveLimit,
      "\(Text.size(above)) of RAM above 0x\(String(end, radix: 16)) are left out\(why)",
      entries.filter { $0.type == 1 && $0.range.upperBound > end }.map { $0.line }
        + [log.commandLine].compactMap { $0 })
  }
}
