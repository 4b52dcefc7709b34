import Addressing
import Memblock
import MemblockTrace

/// `size` bytes at `base`.
func range(_ base: UInt64, _ size: UInt64) -> AddressRange {
  AddressRange(at: PhysicalAddress(base), size: size)
}

/// Text that a test collects.
struct TextBuffer: TextSink {
  var text = ""
  mutating func write(_ byte: UInt8) { text.unicodeScalars.append(Unicode.Scalar(byte)) }
}

/// What a page allocator gets, written down.
struct RecordingReceiver: FrameReceiver {
  var reserved: [(range: AddressRange, node: NodeID)] = []
  var released: [Range<UInt64>] = []

  mutating func reserve(_ range: AddressRange, node: NodeID) { reserved.append((range, node)) }

  mutating func release(_ frames: Range<PageFrameNumber>) {
    released.append(frames.lowerBound.value..<frames.upperBound.value)
  }
}

extension RegionView {
  /// All regions.
  var all: [Region] { indices.map { self[$0] } }
}

extension MemblockError {
  var text: String {
    var buffer = TextBuffer()
    write(to: &buffer, caller: "test")
    return buffer.text
  }
}
