import Addressing
public import Zones

extension Zone {
  /// Makes the zone with that index in the layout, with every frame reserved.
  ///
  /// Writes the zone's pieces and its topmost branch; all other records stay as the memory
  /// happens to be.
  init(
    _ index: Int, of layout: ZoneLayout, in window: PhysicalMemoryWindow,
    at cursor: inout StorageCursor
  ) {
    maximumOrder = layout.maximumOrder
    let counts = RecordCounts(ofZone: index, in: layout)
    var piece = 0
    pieces = PhysicalTable(
      counts.pieces, in: window, at: cursor.place(PhysicalTable<Piece>.size(of: counts.pieces))
    ) { _ in
      while layout.pieces[piece].zone != UInt64(index) { piece += 1 }
      defer { piece += 1 }
      return layout.pieces[piece]
    }
    height = counts.height
    var places = cursor
    words = InlineArray { height in
      let count = counts.words(at: height)
      return PhysicalTable(
        unwritten: count, in: window,
        at: places.place(PhysicalTable<SharedBlockWord>.size(of: count)))
    }
    branches = InlineArray { index in
      let count = counts.words(at: index + 1)
      return PhysicalTable(
        unwritten: count, in: window, at: places.place(PhysicalTable<Branch>.size(of: count)))
    }
    cursor = places
    if height > 0 {
      words[height][0].write(.allClosed)
      branches[height - 1][0].begin(chunkNumber: Branch.undefined)
    }
  }
}

/// How many records of each sort a zone has.
private struct RecordCounts {
  let pieces: Int

  /// The slots that the zone's pieces take, in chunks.
  let chunks: Int

  /// The height of the topmost branch: it covers all slots, and a block of the maximum order is
  /// not all of it. 0 in a zone without memory.
  let height: Int

  init(ofZone zone: Int, in layout: ZoneLayout) {
    pieces = layout.pieceCount(ofZone: zone)
    chunks = layout.chunkSlots(ofZone: zone)
    guard chunks > 0 else {
      height = 0
      return
    }
    // 2 at least, so that a chunk's branch is never the topmost one.
    var height = 2
    while chunks > 1 << (6 * (height - 1)) || layout.maximumOrder >= 6 * (height + 1) {
      height += 1
    }
    precondition(height <= 5, "a zone of more than 256 PiB")
    self.height = height
  }

  /// The number of words at a height, and of branches.
  func words(at height: Int) -> Int {
    let shift = 6 * (height + 1)
    return height > self.height ? 0 : (chunks << Branch.chunkOrder + 1 << shift - 1) >> shift
  }

  /// Moves the cursor past the zone's records.
  func measure(_ cursor: inout StorageCursor) {
    _ = cursor.place(PhysicalTable<Piece>.size(of: pieces))
    for height in 0...5 {
      _ = cursor.place(PhysicalTable<SharedBlockWord>.size(of: words(at: height)))
    }
    for height in 1...5 {
      _ = cursor.place(PhysicalTable<Branch>.size(of: words(at: height)))
    }
  }
}

extension ZoneLayout {
  /// The bytes that the records of a node's frames take: 76 KiB for each GiB, and a few hundred
  /// bytes for each zone. To be allocated on that node, aligned to 64.
  public func recordsSize(ofNode index: Int) -> UInt64 {
    var cursor = StorageCursor()
    for kind in 0..<ZoneKind.count {
      RecordCounts(ofZone: index * ZoneKind.count + kind, in: self).measure(&cursor)
    }
    return cursor.next.value
  }
}
