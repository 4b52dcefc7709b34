import Addressing
import LogReading
import Memblock

/// What nodes show, and what the firmware's map shows against memblock's `memory`.
extension Findings {
  mutating func findNodes() {
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

  mutating func findWhatIsNotInMemory() {
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
