import Addressing
public import Zones

extension Zone {
  /// Makes the zone with that index in the layout, with every frame reserved.
  ///
  /// Writes the zone's pieces and shelf, and one record for each GiB; all other records stay as
  /// the memory happens to be.
  @_optimize(size)
  init(
    _ index: Int, of layout: ZoneLayout, in window: PhysicalMemoryWindow,
    at cursor: inout StorageCursor
  ) {
    // Not one from the other: across modules it would be a call in every allocation.
    precondition(Chunk.shift == Piece.chunkOrder, "pieces are aligned to chunks")
    maximumOrder = layout.maximumOrder
    let sizes = RecordCounts(ofZone: index, in: layout)
    var piece = 0
    pieces = PhysicalTable(
      sizes.pieces, in: window, at: cursor.place(PhysicalTable<Piece>.size(of: sizes.pieces))
    ) { _ in
      while layout.pieces[piece].zone != UInt64(index) { piece += 1 }
      defer { piece += 1 }
      return layout.pieces[piece]
    }
    spans = PhysicalTable(
      uninitialized: sizes.spans, in: window,
      at: cursor.place(PhysicalTable<ChunkSpan>.size(of: sizes.spans)))
    for span in 0..<sizes.spans { spans[span].makeReserved() }
    chunks = PhysicalTable(
      uninitialized: sizes.chunks, in: window,
      at: cursor.place(PhysicalTable<Chunk>.size(of: sizes.chunks)))
    let chunks = chunks
    let places = PhysicalTable(
      sizes.shelved, in: window,
      at: cursor.place(PhysicalTable<ShelvedBlock>.size(of: sizes.shelved))
    ) { _ in ShelvedBlock(chunk: chunks.reference(to: 0), frame: 0) }
    shelf = Shelf(places, maximumOrder: maximumOrder)
    run = .empty(of: chunks)
  }
}

/// How many records of each sort a zone has.
struct RecordCounts {
  let pieces: Int
  let chunks: Int
  var spans: Int { (chunks + 63) / 64 }
  var shelved: Int { chunks > 0 ? Shelf.orders : 0 }

  init(ofZone zone: Int, in layout: ZoneLayout) {
    pieces = layout.pieceCount(ofZone: zone)
    chunks = layout.chunkSlots(ofZone: zone)
  }

  /// Moves the cursor past the zone's records.
  func measure(_ cursor: inout StorageCursor) {
    _ = cursor.place(PhysicalTable<Piece>.size(of: pieces))
    _ = cursor.place(PhysicalTable<ChunkSpan>.size(of: spans))
    _ = cursor.place(PhysicalTable<Chunk>.size(of: chunks))
    _ = cursor.place(PhysicalTable<ShelvedBlock>.size(of: shelved))
  }
}

extension ZoneLayout {
  /// The bytes that the records of a node's frames take: 72 KiB for each GiB, as much for what
  /// is left of one at most, and less than 1 KiB for each zone. To be allocated on that node, aligned
  /// to 64.
  public func recordsSize(ofNode index: Int) -> UInt64 {
    var cursor = StorageCursor()
    for kind in 0..<ZoneKind.count {
      RecordCounts(ofZone: index * ZoneKind.count + kind, in: self).measure(&cursor)
    }
    return cursor.next.value
  }
}
