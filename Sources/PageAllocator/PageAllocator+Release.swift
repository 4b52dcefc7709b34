public import Addressing
import Zones

extension PageAllocator {
  /// Makes reserved frames free: how memblock hands memory over, and how what was reserved
  /// for the boot only is given back later.
  ///
  /// Costs by the range, the GiB in it and the pieces that it touches, not by frames: records
  /// of memory that nobody has touched are not written.
  ///
  /// - Returns: The number of frames that are free now and were reserved before. Others in
  ///   the range (free, allocated, or in a hole) are left as they are.
  @discardableResult
  public func release(_ frames: Range<PageFrameNumber>) -> UInt64 {
    var released: UInt64 = 0
    var frame = frames.lowerBound.value
    let end = min(frames.upperBound.value, state.object.endFrame)
    guard frame < end else { return 0 }
    var piece = Int(state.object.firstPieces[Int(frame >> state.object.partShift)])
    while piece < layout.pieceCount, pieces[piece].start < end {
      let part = pieces[piece]
      piece += 1
      frame = max(frame, part.start)
      let partEnd = min(end, part.end)
      guard frame < partEnd else { continue }
      let slots = Int(frame &+ part.offset)..<Int(partEnd &+ part.offset)
      released += withZone(Int(part.zone)) { $0.release(slots) }
    }
    return released
  }
}
