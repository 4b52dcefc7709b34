public import Addressing

/// The end of early boot: the free memory goes to the page allocator, and the memblock ends.
extension Memblock {
  /// Hands all memory over: first what is taken, by node, then the free frames.
  ///
  /// `allocatesOnlyScratch` ends, and hot-pluggable marks are cleared; each reservation gets the
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
    allocatesOnlyScratch = false
    try orUnchanged { (memblock) throws(MemblockError) in
      try memblock.clearHotplug(AddressRange(from: .zero, to: .max))
    }
    let passes = try setNodesOfReservations()
    for _ in 0..<passes { markUnmapped(in: &receiver) }
    markReserved(in: &receiver)

    var released: UInt64 = 0
    forEachFreeRange { range in
      guard let frames = Extent(range.range).wholeFrames, frames.lowerBound < limit
      else { return }
      let given = frames.lowerBound..<min(frames.upperBound, limit)
      receiver.release(given)
      released += given.upperBound - given.lowerBound
    }
    endOfHandedMemory = endOfMemory ?? .zero
    return released
  }

  /// Ends the memblock: gives the grown tables' memory to the page allocator. Each later call
  /// throws `.tornDown`, and the tables are empty. O(1), but for what the receiver does.
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

  /// Gives memory that was reserved to the page allocator, after the hand-over.
  ///
  /// Linux: `memblock_free_late` of 6.12; `memblock_phys_free` and `memblock_free` of 7.3, once
  /// there is a page allocator.
  ///
  /// - Parameters:
  ///   - range: What was reserved; its whole frames are given.
  ///   - receiver: Who takes them.
  /// - Throws: `.notHandedOver` where the range ends above the memory that was handed over, as any
  ///   does before `freeAll`.
  public func freeLate(
    _ range: AddressRange, to receiver: inout some FrameReceiver & ~Copyable
  ) throws(MemblockError) {
    guard let end = endOfHandedMemory, range.end <= end else { throw .notHandedOver(range) }
    log.note(rules.hasFreeLate ? "memblock_free_late" : "memblock_phys_free", range)
    Self.release(range, to: &receiver)
  }

  /// Gives the memory of a named reservation to the page allocator, after the hand-over, filled
  /// with zeros, and forgets the name; its place among the names is not free again.
  ///
  /// Linux 7.3: `reserve_mem_release_by_name`.
  ///
  /// - Parameters:
  ///   - name: The name that it was reserved by.
  ///   - receiver: Who takes its whole frames.
  /// - Returns: What it was; `nil` where no reservation has the name.
  /// - Throws: `.notHandedOver` before `freeAll`.
  @discardableResult
  public mutating func release(
    named name: borrowing RawSpan, to receiver: inout some FrameReceiver & ~Copyable
  ) throws(MemblockError) -> AddressRange? {
    guard let index = namedReservationIndex(name) else { return nil }
    let range = namedReservations[index].range
    if endOfHandedMemory == nil { throw .notHandedOver(range) }
    namedReservations[index].range = AddressRange(at: range.start, size: 0)
    guard let frames = range.wholeFrames else { return range }
    let whole = AddressRange(from: frames.lowerBound.start, to: frames.upperBound.start)
    if let shared = window?.range.intersection(whole) { window?.fill(shared) }
    receiver.release(frames)
    return range
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
