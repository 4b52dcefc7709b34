public import Addressing

/// The end of early boot: the free memory goes to the page allocator, and the memblock ends.
extension Memblock {
  /// Hands all memory over: first what is taken, by node, then the free frames.
  ///
  /// Hot-pluggable marks are cleared, and so is `allocatesOnlyScratch`; each reservation gets the
  /// node of the memory it is in, NOMAP memory counts as taken, and reservations marked
  /// `.reservedNoInit` are not mentioned. O(n) in the regions.
  ///
  /// Linux: `memblock_free_all`.
  ///
  /// - Parameters:
  ///   - receiver: Who takes the memory over.
  ///   - limit: No frame at or above this one is handed over: Linux's `max_low_pfn`.
  /// - Returns: The number of frames released: Linux's `totalram_pages`.
  /// - Throws: `.tableFull` where nodes can't be set because a table is full; nothing has been
  ///   handed over then.
  @discardableResult
  public mutating func freeAll(
    to receiver: inout some FrameReceiver & ~Copyable,
    below limit: PageFrameNumber = PageFrameNumber(.max)
  ) throws(MemblockError) -> UInt64 {
    try requireLive()
    try orUnchanged { (memblock) throws(MemblockError) in
      try memblock.clearHotplug(AddressRange(from: .zero, to: .max))
    }
    allocatesOnlyScratch = false
    let passes = try setNodesOfReservations()
    for _ in 0..<passes { markUnmapped(in: &receiver) }
    markReserved(in: &receiver)

    var released: UInt64 = 0
    forEachFreeRange { range in
      let first = PageFrameNumber(wrappingUp: range.start.value)
      let end = min(PageFrameNumber(containing: range.end), limit)
      if first >= end { return }
      receiver.release(first..<end)
      released += end - first
    }
    return released
  }

  /// Ends the memblock: gives the grown tables' memory to the page allocator. Each later call
  /// throws `.tornDown`, and the tables are empty.
  ///
  /// Linux: `memblock_discard`.
  public mutating func tearDown(
    to receiver: inout some FrameReceiver & ~Copyable
  ) throws(MemblockError) {
    try requireLive()
    isTornDown = true
    for index in RegionType.all.indices {
      let type = RegionType.all[index]
      let grown = grownRange(type)
      update(type) { $0 = RegionTable(type) }
      Self.release(grown, to: &receiver)
    }
  }

  /// Gives memory that was reserved to the page allocator when the memblock has ended.
  ///
  /// Linux: `memblock_free_late`.
  public func freeLate(
    _ range: AddressRange, to receiver: inout some FrameReceiver & ~Copyable
  ) {
    log.note("memblock_free_late", range)
    Self.release(range, to: &receiver)
  }

  private static func release(
    _ range: AddressRange, to receiver: inout some FrameReceiver & ~Copyable
  ) {
    if let frames = range.wholeFrames { receiver.release(frames) }
  }
}

extension Memblock {
  /// Gives each reservation the node of the memory it lies in. Growth of `reserved` on the way
  /// adds a reservation, so everything is done again then, as Linux does.
  ///
  /// - Returns: How often everything was done. Linux mentions NOMAP memory each time.
  private mutating func setNodesOfReservations() throws(MemblockError) -> Int {
    var passes = 0
    var capacity: Int
    repeat {
      passes += 1
      capacity = reservedTable.capacity
      for index in 0..<memoryTable.count {
        let extent = memoryTable.extent(index)
        let node = memoryTable.attributes(index).node
        try orUnchanged { (memblock) throws(MemblockError) in
          try memblock.setNode(node, of: extent.range, in: .reserved)
        }
      }
    } while capacity != reservedTable.capacity
    return passes
  }

  /// Does something that Linux goes on without when a table could not grow.
  private mutating func orUnchanged(
    _ change: (inout Memblock) throws(MemblockError) -> Void
  ) throws(MemblockError) {
    do throws(MemblockError) {
      try change(&self)
    } catch {
      switch error {
      case .cannotGrow, .unreachable: return
      default: throw error
      }
    }
  }

  /// Tells the receiver that NOMAP memory counts as taken.
  private func markUnmapped(in receiver: inout some FrameReceiver & ~Copyable) {
    for index in 0..<memoryTable.count {
      let attributes = memoryTable.attributes(index)
      if attributes.flags.contains(.noMap) {
        receiver.reserve(memoryTable.extent(index).range, node: attributes.node)
      }
    }
  }

  /// Tells the receiver what is reserved.
  private func markReserved(in receiver: inout some FrameReceiver & ~Copyable) {
    for index in 0..<reservedTable.count {
      let attributes = reservedTable.attributes(index)
      if attributes.flags.contains(.reservedNoInit) { continue }
      let range = reservedTable.extent(index).range
      let node = attributes.node.isValid ? attributes.node : earlyNode(at: range.start)
      receiver.reserve(range, node: node)
    }
  }

  /// The node of the frame at `address`, 0 where there is no memory. Linux:
  /// `early_pfn_to_nid`.
  private func earlyNode(at address: PhysicalAddress) -> NodeID {
    let frame = address.alignedDown(to: PageFrameNumber.size).value
    guard let index = memoryTable.slots.index(of: frame) else { return NodeID(0) }
    let node = memoryTable.attributes(index).node
    return node == .none ? NodeID(0) : node
  }
}
