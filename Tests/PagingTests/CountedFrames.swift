import Addressing
import Paging

/// Gives the frames of a range, one after the other, upwards.
struct CountedFrames: TableFrameSource {
  var next: PhysicalAddress
  let end: PhysicalAddress

  init(in range: AddressRange) {
    next = range.start
    end = range.end
  }

  mutating func allocateTableFrame() -> PhysicalAddress? {
    guard next < end else { return nil }
    defer { next = next + 4096 }
    return next
  }
}
