import Addressing
import Memblock
import PageAllocator
import Zones

/// The account of memory at the moment of the hand-over: what the page allocator has free and
/// what memblock has reserved must be all the memory there is, by node and zone.
///
/// The three numbers have three sources: the zones were measured when the layout was made, the
/// free frames are the allocator's, and the reserved ones are counted here from memblock's
/// regions.
enum MemoryAccount {
  /// Prints a line a zone, and says whether all of them add up.
  static func check() -> Bool {
    guard let layout = pages?.layout else { return false }
    var isRight = true
    for index in 0..<layout.nodeCount {
      for number in ZoneKind.all.indices {
        let kind = ZoneKind.all[number]
        guard layout.node(index)[kind].present > 0 else { continue }
        isRight = check(layout, index, kind) && isRight
      }
    }
    return isRight
  }

  private static func check(_ layout: ZoneLayout, _ index: Int, _ kind: ZoneKind) -> Bool {
    let present = layout.node(index)[kind].present
    let free = pages?.statistics(ofNode: index, kind).free ?? 0
    var reserved: UInt64 = 0
    for range in 0..<layout.rangeCount {
      layout.forEachPart(ofRange: range) { frames, node, partKind in
        if node == index, partKind == kind { reserved += reservedFrames(in: frames) }
      }
    }
    let isRight = free + reserved == present
    console.write("Accounting: Node ")
    console.write(decimal: UInt64(layout.node(index).node.value))
    console.write(", zone ")
    kind.write(to: &console)
    console.write(": ")
    console.write(decimal: present)
    console.write(isRight ? " pages = " : " pages, but ")
    console.write(decimal: free)
    console.write(" free + ")
    console.write(decimal: reserved)
    console.write(" reserved\n")
    return isRight
  }

  /// How many of the frames have a reserved byte in them, or may not be mapped.
  private static func reservedFrames(in frames: Range<PageFrameNumber>) -> UInt64 {
    if !memblock.isMappedMemory(frames.lowerBound.start) {
      return frames.upperBound - frames.lowerBound
    }
    var count: UInt64 = 0
    var next = frames.lowerBound
    let reserved = memblock.reserved
    for index in reserved.indices {
      let range = reserved[index].range
      let first = Swift.max(PageFrameNumber(containing: range.start), next)
      let end = Swift.min(PageFrameNumber(startingAtOrAbove: range.end), frames.upperBound)
      guard first < end else { continue }
      count += end - first
      next = end
    }
    return count
  }
}
