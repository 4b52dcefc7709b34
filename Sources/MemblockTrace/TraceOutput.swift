import Addressing
import Memblock

/// The results of a trace, as text.
struct TraceOutput: TextSink {
  private(set) var bytes: [UInt8] = []

  mutating func write(_ byte: UInt8) { bytes.append(byte) }

  /// Gives away what has been written so far.
  mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  /// Writes a node as traces do: `-` where none is set.
  mutating func write(node: NodeID) {
    if node == .unset { write("-") } else { write("\(node.value)") }
  }

  mutating func write(table: RegionView, letter: String) {
    write("\(table.type.name) cnt=\(table.count) max=\(table.maximumCount) total=")
    write(hex: table.totalSize)
    write("\n")
    for index in table.indices {
      let region = table[index]
      write("\(letter) \(index) ")
      write(hex: region.base.value)
      write(" ")
      write(hex: region.size)
      write(" ")
      write(node: region.node)
      write(" ")
      write(hex: UInt64(region.flags.rawValue))
      write("\n")
    }
  }

  mutating func write(range: AddressRange, letter: String) {
    write("  \(letter) ")
    write(hex: range.start.value)
    write(" ")
    write(hex: range.end.value)
  }
}

/// Takes what is released after the hand-over, neighbours as one.
struct LateReceiver: FrameReceiver {
  var released: [Range<PageFrameNumber>] = []

  mutating func reserve(_ range: AddressRange, node: NodeID) {}

  mutating func release(_ frames: Range<PageFrameNumber>) {
    if let last = released.last, last.upperBound == frames.lowerBound {
      released[released.count - 1] = last.lowerBound..<frames.upperBound
    } else {
      released.append(frames)
    }
  }
}

/// Writes what `free_all` hands over.
struct TraceReceiver: FrameReceiver {
  var output = TraceOutput()
  var blocks = 0
  var reservations = 0

  mutating func reserve(_ range: AddressRange, node: NodeID) {
    reservations += 1
    output.write(range: range, letter: "rsvpages")
    output.write(" nid=\(node.value)\n")
  }

  mutating func release(_ frames: Range<PageFrameNumber>) {
    var all = BuddyBlockCursor(frames)
    while let (frame, order) = all.next() {
      blocks += 1
      output.write("  freepages ")
      output.write(hex: frame.value)
      output.write(" \(order)\n")
    }
  }
}
