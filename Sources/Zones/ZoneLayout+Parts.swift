public import Addressing

extension ZoneLayout {
  /// Calls `body` with each part of a memory range that is in one zone, by address: its frames,
  /// the index of its node among those that have memory, and the zone.
  public func forEachPart(
    ofRange index: Int, _ body: (Range<PageFrameNumber>, Int, ZoneKind) -> Void
  ) {
    let range = ranges[index]
    var frame = range.start
    while frame < range.end {
      let end = endOfKind(after: frame, in: range)
      body(
        PageFrameNumber(frame)..<PageFrameNumber(end), Int(range.nodeIndex),
        kind(of: frame, in: range))
      frame = end
    }
  }
}
