import Addressing
public import LogReading
import Memblock

/// Something about a machine's memory that an engineer would point out.
public struct Finding: Sendable {
  /// What kind of thing it is.
  public enum Kind: String, CaseIterable, Sendable {
    /// RAM in a page that is not RAM as a whole.
    case pageBorder
    /// Two entries of the map that share bytes.
    case overlap
    /// Bytes between RAM above 4 GiB of which no entry says anything.
    case hole
    /// The same below 4 GiB, where devices are.
    case gapBelow4GiB
    /// An entry whose type has no meaning that is known.
    case unknownType
    /// RAM above the end of what the kernel uses.
    case aboveLimit
    /// Nodes whose memory is not in one piece.
    case interleavedNodes
    /// A node without RAM.
    case emptyNode
    /// Hot-pluggable RAM below 4 GiB.
    case hotPluggable
    /// A difference between what the firmware calls usable and memblock's `memory`.
    case notInMemory
    /// A change of the map that Linux logged.
    case changedMap
  }

  /// What kind of thing it is.
  public let kind: Kind
  /// What there is to say, in a sentence or two.
  public let text: String
  /// The lines of the log that it is about.
  public let lines: [LogLine]
}

/// Looks a log and its replay through.
public struct Findings: Sendable {
  /// What there is to point out, by kind.
  public private(set) var all: [Finding] = []

  private let log: BootLog
  private let machine: ReplayMachine
  private let replay: BootReplay
  private let source: MapSource?

  /// Looks through a log.
  ///
  /// - Parameters:
  ///   - log: What was logged.
  ///   - machine: The machine that it was made into.
  ///   - replay: The boot of that machine.
  public init(_ log: BootLog, _ machine: ReplayMachine, _ replay: BootReplay) {
    self.log = log
    self.machine = machine
    self.replay = replay
    source = log.firmwareSource
    findPageBorders()
    findOverlaps()
    findHoles()
    findUnknownTypes()
    findWhatIsAboveALimit()
    findNodes()
    findWhatIsNotInMemory()
    for edit in log.edits {
      add(.changedMap, "Linux changed the firmware's map", [edit.line])
    }
  }

  private mutating func add(_ kind: Finding.Kind, _ text: String, _ lines: [LogLine]) {
    all.append(Finding(kind: kind, text: text, lines: lines))
  }

  // MARK: The map

  /// The entries of the machine's map with their lines; those of node ranges where there is no
  /// map.
  private var entries: [(range: Range<UInt64>, type: UInt32, line: LogLine)] {
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
  private var usable: ByteRanges {
    ByteRanges(entries.filter { $0.type == 1 }.map { $0.range })
      .subtracting(ByteRanges(entries.filter { $0.type > 1 }.map { $0.range }))
  }

  /// The last table of the boot that says which RAM there is: Linux's, or the replay's.
  private var memory: ByteRanges {
    if let dump = log.dumps.last, dump.isComplete {
      return ByteRanges(dump.memory.map { $0.start..<max($0.start, $0.last &+ 1) })
    }
    let regions = replay.steps.last?.tables.memory ?? []
    return ByteRanges(regions.map { $0.base.value..<$0.base.value + $0.size })
  }

  private mutating func findPageBorders() {
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
  private mutating func findOverlaps() {
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

  private mutating func findHoles() {
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

  private mutating func findUnknownTypes() {
    let known: Set<UInt32> = [1, 2, 3, 4, 5, 7, 12, 128, 0xefff_ffff]
    for entry in entries where !known.contains(entry.type) {
      add(
        .unknownType,
        "type \(entry.type) is not known: nobody may use \(Text.range(entry.range))", [entry.line])
    }
  }

  private mutating func findWhatIsAboveALimit() {
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

  // MARK: Nodes

  private mutating func findNodes() {
    let sorted = log.affinities.sorted { $0.start < $1.start }
    var ended: Set<Int> = []
    for (left, right) in zip(sorted, sorted.dropFirst()) where left.node != right.node {
      ended.insert(left.node)
      if ended.contains(right.node) {
        let lines = sorted.filter { $0.node == right.node }.map { $0.line } + [left.line]
        add(
          .interleavedNodes,
          "node \(right.node) goes on at 0x\(String(right.start, radix: 16)), after node "
            + "\(left.node): their memory is interleaved", lines)
      }
    }
    let step = replay.steps.last
    let nodes = Set(log.affinities.map { $0.node } + log.processors.map { $0.node }).sorted()
    for node in nodes {
      let hasMemory = step?.tables.memory.contains { Int($0.node.value) == node } ?? false
      guard !hasMemory else { continue }
      add(
        .emptyNode, "node \(node) has no RAM of its own",
        log.affinities.filter { $0.node == node }.map { $0.line }
          + log.processors.filter { $0.node == node }.map { $0.line })
    }
    for affinity in log.affinities where affinity.isHotPluggable && affinity.start < 1 << 32 {
      let range = affinity.start..<max(affinity.start, affinity.last &+ 1)
      let ram = usable.size - usable.subtracting(ByteRanges([range])).size
      guard ram > 0 else { continue }
      add(
        .hotPluggable,
        "\(Text.size(ram)) of RAM in \(Text.range(range)) are hot-pluggable, and begin below 4 GiB",
        [affinity.line])
    }
  }

  // MARK: Firmware against memory

  private mutating func findWhatIsNotInMemory() {
    let wholePages = ByteRanges(
      usable.ranges.compactMap { range in
        let first = range.lowerBound.alignedUp(to: 4096)
        let end = range.upperBound & ~4095
        return first < end ? first..<end : nil
      })
    for range in wholePages.subtracting(memory).ranges {
      add(
        .notInMemory,
        "\(Text.range(range)), \(Text.size(range.upperBound - range.lowerBound)), is usable in the "
          + "firmware's map and not in memory: \(reason(range))",
        entries.filter { $0.range.overlaps(range) }.map { $0.line })
    }
    for range in memory.subtracting(usable).ranges {
      add(
        .notInMemory,
        "\(Text.range(range)), \(Text.size(range.upperBound - range.lowerBound)), is in memory and "
          + "not usable in the firmware's map: the kernel's image or the command line put it there",
        entries.filter { $0.range.overlaps(range) }.map { $0.line })
    }
  }

  private func reason(_ range: Range<UInt64>) -> String {
    if range.upperBound <= 0x1000 { return "the first page belongs to the BIOS" }
    if range.lowerBound >= 0xa_0000, range.upperBound <= 0x10_0000 {
      return "Linux takes 0xa0000-0xfffff from every map"
    }
    let option = machine.commandLine.split(separator: " ").first {
      $0.hasPrefix("mem=") || $0.hasPrefix("memmap=")
    }
    return option.map { "the command line says \($0)" } ?? "it was taken out on the way"
  }
}
