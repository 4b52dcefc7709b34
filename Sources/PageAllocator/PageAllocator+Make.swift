public import Addressing
public import Zones

extension PageAllocator {
  /// What the allocator should be like, beyond what the memory says.
  public struct Options: Sendable {
    /// The number of processors that will allocate. With one, nothing is ever locked.
    public var processors = 1
    /// What the allocator asks of the machine.
    public var hooks = ProcessorHooks()
    /// Whether freed frames are filled with poison and looked at when they are allocated:
    /// `page_poison=1`.
    public var poisonsFreeFrames = false
    /// The highest node number that requests may name, where that is above the highest that
    /// has memory.
    public var highestNode = NodeID.none

    /// One processor, no hooks, no poison.
    public init() {}
  }

  /// The bytes that the allocator's own tables take, beside the nodes' records. To be
  /// allocated anywhere, aligned to 64.
  public static func storageSize(for layout: ZoneLayout, options: Options = Options()) -> UInt64 {
    var cursor = StorageCursor()
    let zones = layout.nodeCount * ZoneKind.count
    _ = cursor.place(UInt64(MemoryLayout<AllocatorState>.size))
    _ = cursor.place(PhysicalTable<Zone>.size(of: zones))
    _ = cursor.place(PhysicalTable<ProcessorCache>.size(of: options.processors))
    _ = cursor.place(PhysicalTable<ProcessorCache>.size(of: 1))
    _ = cursor.place(PhysicalTable<UInt16>.size(of: fallbackCount(layout, options)))
    _ = cursor.place(PhysicalTable<UInt16>.size(of: AllocatorState.partCount))
    return cursor.next.value
  }

  /// Makes an allocator in which every frame is reserved.
  ///
  /// Every node's records must have been placed (`ZoneLayout.placeRecords`). Neither they nor
  /// the memory at `storage` need hold zeros.
  ///
  /// - Parameters:
  ///   - layout: What memory there is.
  ///   - options: What the allocator should be like.
  ///   - window: Shows the tables; and all frames, where any are to be filled.
  ///   - storage: `storageSize(for:options:)` bytes that the allocator may keep.
  ///   - distance: How far a node is from another, as in ACPI's SLIT.
  /// - Complexity: O(GiB + nodes²).
  public init(
    _ layout: ZoneLayout, options: Options = Options(), in window: PhysicalMemoryWindow,
    at storage: PhysicalAddress, distance: (_ from: NodeID, _ to: NodeID) -> Int
  ) {
    precondition(options.processors >= 1, "somebody must allocate")
    precondition(
      options.processors == 1 || options.hooks.currentProcessor != nil,
      "several processors must have numbers")
    var cursor = StorageCursor(at: storage)
    let place = cursor.place(UInt64(MemoryLayout<AllocatorState>.size))
    state = PhysicalReference(
      AllocatorState(layout, options, in: window, at: &cursor), in: window, at: place)
    fillFirstPieces()
    fillFallback(distance)
  }

  /// The number of entries in the fallback table: a row of all nodes for each node number.
  fileprivate static func fallbackCount(_ layout: ZoneLayout, _ options: Options) -> Int {
    let highest = max(layout.node(layout.nodeCount - 1).node, options.highestNode)
    return (Int(highest.value) + 1) * layout.nodeCount
  }

  private func fillFirstPieces() {
    var piece = 0
    for part in 0..<AllocatorState.partCount {
      let start = UInt64(part) << state.object.partShift
      while piece + 1 < layout.pieceCount, pieces[piece].end <= start { piece += 1 }
      state.object.firstPieces[part] = UInt16(piece)
    }
  }

  /// Sorts the nodes by their distance from each node; of two equally far ones the next
  /// higher number comes first, so that the load is spread (Linux: `find_next_best_node`).
  private func fillFallback(_ distance: (NodeID, NodeID) -> Int) {
    let fallback = state.object.fallback
    let count = layout.nodeCount
    for number in 0..<fallback.count / count {
      let from = NodeID(Int32(number))
      let row = number * count
      for index in 0..<count {
        let rank = rank(of: index, from: from, distance)
        var place = index
        while place > 0, self.rank(of: Int(fallback[row + place - 1]), from: from, distance) > rank
        {
          fallback[row + place] = fallback[row + place - 1]
          place -= 1
        }
        fallback[row + place] = UInt16(index)
      }
    }
  }

  /// What nodes are sorted by: the node itself, then distance, then the number counted on from
  /// the node's own.
  private func rank(
    of index: Int, from: NodeID, _ distance: (NodeID, NodeID) -> Int
  ) -> (Int, Int) {
    let node = layout.node(index).node
    let behind = node < from ? NodeID.maximumCount : 0
    return (node == from ? -1 : distance(from, node), Int(node.value) + behind)
  }
}

extension AllocatorState {
  /// Makes all tables; those of pieces and fallback are still to be filled.
  @_optimize(size)
  fileprivate init(
    _ layout: ZoneLayout, _ options: PageAllocator.Options, in window: PhysicalMemoryWindow,
    at cursor: inout StorageCursor
  ) {
    self.layout = layout
    self.window = window
    disableInterrupts = options.hooks.disableInterrupts ?? { 0 }
    restoreInterrupts = options.hooks.restoreInterrupts ?? { _ in }
    currentProcessor = options.processors > 1 ? options.hooks.currentProcessor ?? { 0 } : { 0 }
    poisonsFreeFrames = options.poisonsFreeFrames
    isAlone = options.processors == 1 && options.hooks.disableInterrupts == nil
    let zoneCount = layout.nodeCount * ZoneKind.count
    var records = StorageCursor()
    zones = PhysicalTable(
      zoneCount, in: window, at: cursor.place(PhysicalTable<Zone>.size(of: zoneCount))
    ) { index in
      if index % ZoneKind.count == 0 {
        let place = layout.nodes[index / ZoneKind.count].records
        precondition(place != .zero, "a node's records have no place")
        records = StorageCursor(at: place)
      }
      var zone = Zone(index, of: layout, in: window, at: &records)
      if options.poisonsFreeFrames { zone.poisonWindow = window }
      return zone
    }
    let firstZone = zones.reference(to: 0)
    caches = PhysicalTable(
      options.processors, in: window,
      at: cursor.place(PhysicalTable<ProcessorCache>.size(of: options.processors))
    ) { _ in ProcessorCache(firstZone) }
    let empty = PhysicalReference(
      ProcessorCache(firstZone), in: window,
      at: cursor.place(PhysicalTable<ProcessorCache>.size(of: 1)))
    loneCache = isAlone ? caches.reference(to: 0) : empty
    let fallbackCount = PageAllocator.fallbackCount(layout, options)
    fallback = PhysicalTable(
      uninitialized: fallbackCount, in: window,
      at: cursor.place(PhysicalTable<UInt16>.size(of: fallbackCount)))
    firstPieces = PhysicalTable(
      uninitialized: Self.partCount, in: window,
      at: cursor.place(PhysicalTable<UInt16>.size(of: Self.partCount)))
    endFrame = layout.pieces[layout.pieceCount - 1].end
    var shift: UInt64 = 0
    while endFrame >> shift >= UInt64(Self.partCount) { shift += 1 }
    partShift = shift
  }
}
