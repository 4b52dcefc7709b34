import Addressing
import Paging

/// Gives the frames of a range, one after the other, upwards; those that came back first.
struct CountedFrames: TableFrameOwner {
  var next: PhysicalAddress
  let end: PhysicalAddress
  private(set) var returned: [PhysicalAddress] = []

  init(in range: AddressRange) {
    next = range.start
    end = range.end
  }

  mutating func allocateTableFrame() -> PhysicalAddress? {
    if let frame = returned.popLast() { return frame }
    guard next < end else { return nil }
    defer { next = next + 4096 }
    return next
  }

  mutating func freeTableFrame(_ frame: PhysicalAddress) {
    precondition(!returned.contains(frame), "a frame came back twice")
    returned.append(frame)
  }

  /// How many frames are in use.
  func used(since start: PhysicalAddress) -> UInt64 { (next - start) / 4096 - UInt64(returned.count) }
}
