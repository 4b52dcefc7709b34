public import Addressing

/// The layout in the words of Linux's boot log.
extension ZoneLayout {
  /// Writes everything that Linux's `free_area_init` prints: zone ranges, where Movable starts,
  /// early memory node ranges, each node's set-up, and the pages in holes.
  ///
  /// - Parameters:
  ///   - sink: Takes the lines.
  ///   - isOnline: Whether a node without memory has something else, such as a processor, so that
  ///     Linux sets it up as memoryless.
  public func write(
    to sink: inout some TextSink & ~Copyable, isOnline: (NodeID) -> Bool = { _ in false }
  ) {
    writeZoneRanges(to: &sink)
    writeMovableStarts(to: &sink)
    writeRanges(to: &sink)
    writeNodeSetup(to: &sink, isOnline: isOnline)
    writeUnavailable(to: &sink)
  }

  /// Writes `Zone ranges:` and a line for each zone but Movable.
  public func writeZoneRanges(to sink: inout some TextSink & ~Copyable) {
    sink.write("Zone ranges:\n")
    for kind in ZoneKind.dma.rawValue...ZoneKind.normal.rawValue {
      let kind = ZoneKind.all[kind]
      sink.write("  ")
      kind.write(to: &sink, width: -8)
      sink.write(" ")
      let start = start(of: kind)
      if start < ends[kind.rawValue] {
        sink.write(frames: start..<ends[kind.rawValue])
      } else {
        sink.write("empty")
      }
      sink.write("\n")
    }
  }

  /// Writes `Movable zone start for each node` and a line for each node that has that zone.
  public func writeMovableStarts(to sink: inout some TextSink & ~Copyable) {
    sink.write("Movable zone start for each node\n")
    for index in 0..<nodes.count where nodes[index].movableStart != 0 {
      sink.write("  Node ")
      sink.write(decimal: UInt64(nodes[index].number))
      sink.write(": ")
      sink.write(PageFrameNumber(nodes[index].movableStart).start)
      sink.write("\n")
    }
  }

  /// Writes `Early memory node ranges` and a line for each.
  public func writeRanges(to sink: inout some TextSink & ~Copyable) {
    sink.write("Early memory node ranges\n")
    for index in 0..<ranges.count {
      sink.write("  node ")
      sink.write(decimal: UInt64(nodes[Int(ranges[index].nodeIndex)].number), width: 3)
      sink.write(": ")
      sink.write(frames: ranges[index].start..<ranges[index].end)
      sink.write("\n")
    }
  }

  /// Writes an `Initmem setup node` line for each node.
  public func writeNodeSetup(
    to sink: inout some TextSink & ~Copyable, isOnline: (NodeID) -> Bool
  ) {
    var index = 0
    for number in 0..<UInt32(NodeID.maximumCount) {
      let hasMemory = index < nodes.count && nodes[index].number == number
      guard hasMemory || isOnline(NodeID(Int32(number))) else { continue }
      sink.write("Initmem setup node ")
      sink.write(decimal: UInt64(number))
      if hasMemory {
        sink.write(" ")
        sink.write(frames: nodes[index].start..<nodes[index].end)
        index += 1
      } else {
        sink.write(" as memoryless")
      }
      sink.write("\n")
    }
  }

  /// Writes how many frames of each hole share a 128 MiB section with memory: those to which
  /// Linux gives page structures that stand for nothing.
  public func writeUnavailable(to sink: inout some TextSink & ~Copyable) {
    let section = UInt64(128 << 20) >> PageFrameNumber.shift
    var hole: UInt64 = 0
    for index in 0..<ranges.count {
      let range = ranges[index]
      let below = hole == 0 ? 0 : min(hole.alignedUp(to: section), range.start)
      let above = max(range.start.alignedDown(to: section), hole)
      let count = below >= above ? range.start - hole : below - hole + range.start - above
      writeUnavailable(count, before: range.start, in: range, to: &sink)
      hole = range.end
    }
    let last = ranges[ranges.count - 1]
    writeUnavailable(
      hole.alignedUp(to: section) - hole, before: last.end - 1, in: last, to: &sink)
  }

  private func writeUnavailable(
    _ count: UInt64, before frame: UInt64, in range: MemoryRange,
    to sink: inout some TextSink & ~Copyable
  ) {
    guard count > 0 else { return }
    sink.write("On node ")
    sink.write(decimal: UInt64(nodes[Int(range.nodeIndex)].number))
    sink.write(", zone ")
    kind(of: frame, in: range).write(to: &sink)
    sink.write(": ")
    sink.write(decimal: count)
    sink.write(" pages in unavailable ranges\n")
  }
}

extension TextSink where Self: ~Copyable {
  /// Writes frames as Linux writes ranges of memory: `[mem 0x…-0x…]`, the end inclusive.
  mutating func write(frames: Range<UInt64>) {
    write(
      memoryFrom: frames.lowerBound << PageFrameNumber.shift,
      to: frames.upperBound << PageFrameNumber.shift)
  }
}
