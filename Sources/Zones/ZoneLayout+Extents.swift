import Addressing

/// What each node has in each zone, and the pieces that the records are for.
extension ZoneLayout {
  /// Sets the frames at which the kinds end: 16 MiB, 4 GiB, and the end of memory.
  mutating func placeKinds() {
    let start = ranges[0].start
    let end = ranges[ranges.count - 1].end
    for kind in ZoneKind.dma.rawValue...ZoneKind.normal.rawValue {
      let limit = ZoneKind.all[kind].addressLimit >> PageFrameNumber.shift
      ends[kind] = max(min(limit, end), start)
    }
  }

  /// Works out every zone's first frame, span and frames: Linux's `calculate_node_totalpages`.
  func measureZones() {
    for index in 0..<ranges.count {
      let range = ranges[index]
      var frame = range.start
      while frame < range.end {
        let end = endOfKind(after: frame, in: range)
        let kind = kind(of: frame, in: range).rawValue
        nodes[Int(range.nodeIndex)].zones[kind].present += end - frame
        frame = end
      }
    }
    for index in 0..<nodes.count {
      for kind in ZoneKind.dma.rawValue...ZoneKind.movable.rawValue {
        let bounds = bounds(of: ZoneKind.all[kind], on: nodes[index])
        guard bounds.start < bounds.end else { continue }
        nodes[index].zones[kind].start = PageFrameNumber(bounds.start)
        nodes[index].zones[kind].spanned = bounds.end - bounds.start
      }
    }
  }

  /// From where to where a node's zone reaches, holes and other nodes' memory included: Linux's
  /// `zone_spanned_pages_in_node`.
  private func bounds(of kind: ZoneKind, on node: NodeLayout) -> (start: UInt64, end: UInt64) {
    if kind == .movable {
      let end = min(node.end, ends[kindBelowMovable.rawValue])
      return node.movableStart == 0 ? (0, 0) : (node.movableStart, end)
    }
    let start = max(node.start, self.start(of: kind))
    var end = min(node.end, ends[kind.rawValue])
    if node.movableStart != 0 {
      if start >= node.movableStart { return (0, 0) }
      if !options.isKernelCoreMirrored { end = min(end, node.movableStart) }
    }
    return (start, end)
  }

  /// Cuts the ranges into pieces of one zone each and gives the pieces their slots.
  mutating func cutPieces() {
    for index in 0..<ranges.count {
      let range = ranges[index]
      var frame = range.start
      while frame < range.end {
        let end = endOfKind(after: frame, in: range)
        let kind = kind(of: frame, in: range).rawValue
        append(frame..<end, zone: Int(range.nodeIndex) * ZoneKind.count + kind)
        frame = end
      }
    }
  }

  /// Appends frames to the pieces, as part of the last one where no chunk lies between.
  private mutating func append(_ frames: Range<UInt64>, zone: Int) {
    let shift = UInt64(Piece.chunkOrder)
    let chunk = frames.lowerBound >> shift
    if pieceCount > 0, pieces[pieceCount - 1].zone == UInt64(zone) {
      if chunk <= (pieces[pieceCount - 1].end - 1) >> shift + 1 {
        pieces[pieceCount - 1].end = frames.upperBound
        return
      }
    }
    // A block may be as large as several chunks; what is next to each other in the slots must
    // be so in memory, as far as such blocks reach.
    let alignment: UInt64 = 1 << UInt64(max(maximumOrder, Piece.chunkOrder) - Piece.chunkOrder)
    let slot = UInt64(chunkSlots(ofZone: zone)).alignedUp(to: alignment) + chunk % alignment
    pieces[pieceCount] = Piece(
      start: frames.lowerBound, end: frames.upperBound, offset: (slot &- chunk) << shift,
      zone: UInt64(zone))
    pieceCount += 1
  }

  /// How many chunks the zone's pieces take so far.
  package func chunkSlots(ofZone zone: Int) -> Int {
    var count = 0
    for index in 0..<pieceCount where pieces[index].zone == UInt64(zone) {
      count = pieces[index].chunkSlots.upperBound
    }
    return count
  }

  /// How many pieces the zone has.
  package func pieceCount(ofZone zone: Int) -> Int {
    var count = 0
    for index in 0..<pieceCount where pieces[index].zone == UInt64(zone) { count += 1 }
    return count
  }
}
