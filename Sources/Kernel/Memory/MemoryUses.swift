import Addressing
import Console
import Firmware
import PageAllocator
import Paging

/// What physical memory is used for now, as a picture shows it.
enum MemoryUses {
  /// The frames of a range that are looked at. Where there are more, evenly spaced ones stand for
  /// their neighbours: a picture has some ten thousand ranges, and there may be more frames in them than
  /// there is time to look at.
  private static var sampleCount: UInt64 { 128 }

  /// The bytes of a range by their use.
  static func amounts(in range: AddressRange, of pages: PageAllocator) -> MemoryAmounts {
    var amounts = MemoryAmounts()
    for index in 0..<memoryMap.count {
      let entry = memoryMap[index]
      guard entry.type != .usable, let part = entry.range.intersection(range) else { continue }
      amounts[.firmware] += part.size
    }
    var known: UInt64 = 0
    for index in 0..<earlyUses.count {
      guard let part = earlyUses[index].range.intersection(range) else { continue }
      amounts[earlyUses[index].use] += part.size
      known += part.size
    }
    addFrames(of: range, to: &amounts, pages)
    // The frames that were never released are the image's, the tables', the metadata's and others'.
    amounts[.reserved] -= Swift.min(amounts[.reserved], known)
    return amounts
  }

  private static func addFrames(
    of range: AddressRange, to amounts: inout MemoryAmounts, _ pages: PageAllocator
  ) {
    guard let frames = range.wholeFrames else { return }
    let count = frames.upperBound - frames.lowerBound
    let samples = Swift.min(count, sampleCount)
    for sample in 0..<samples {
      let frame = frames.lowerBound + sample * count / samples
      let next = frames.lowerBound + (sample + 1) * count / samples
      let bytes = (next - frame) << PageFrameNumber.shift
      let first = AddressRange(at: frame.start, size: 1)
      guard memoryMap.covers(first, type: .usable) else { continue }
      switch pages.state(of: frame) {
      case .free: amounts[.free] += bytes
      case .head, .inside: amounts[.allocated] += bytes
      case .reserved: amounts[.reserved] += bytes
      case nil: break
      }
    }
  }
}
