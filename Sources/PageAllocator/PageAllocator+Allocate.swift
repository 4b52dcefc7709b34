public import Addressing
import Zones

extension PageAllocator {
  /// Allocates a block of 2^order frames, aligned to its size.
  ///
  /// The zones are tried from the request's highest down on the nearest node, then on the next
  /// (Linux: `__alloc_pages`). Where all fail, the processors' caches are drained and all are
  /// tried again. O(1) where this processor's cache or the first zone has a block.
  ///
  /// - Returns: The block's first frame.
  /// - Throws: `AllocationError`; with `.poisonChanged` the block stays out of use.
  public func allocate(
    _ request: FrameRequest = FrameRequest()
  ) throws(AllocationError) -> PageFrameNumber {
    if let frame = allocateFromCache(request) { return PageFrameNumber(frame) }
    return try allocateFromZones(request)
  }

  /// Takes a block of this processor's cache, where there is nothing more to do.
  @inline(__always)
  private func allocateFromCache(_ request: FrameRequest) -> UInt64? {
    withCache { $0.pop(for: request) }
  }

  /// Allocates a block where the cache has none, or more is wanted than a block.
  @inline(never)
  private func allocateFromZones(
    _ request: FrameRequest
  ) throws(AllocationError) -> PageFrameNumber {
    var found = allocateOnce(request)
    if found == nil, !isTornDown {
      drainCaches()
      found = allocateOnce(request)
    }
    guard let frame = found else { throw failure(of: request) }
    if request.isZeroed || poisonsFreeFrames { try prepare(frame, request) }
    return PageFrameNumber(frame)
  }

  /// Allocates from the first zone that has a block.
  private func allocateOnce(_ request: FrameRequest) -> UInt64? {
    guard !isTornDown, request.order >= 0, request.order <= state.object.layout.maximumOrder,
      let row = fallbackRow(for: request)
    else { return nil }
    return withCache { cache in
      var isFirst = true
      for rank in 0..<nodes.count {
        let node = Int(state.object.fallback[row + rank])
        if request.isNodeExact, nodes[node].node != request.node { return nil }
        for kind in (0...request.highestZone.rawValue).reversed() {
          let zone = node * ZoneKind.count + kind
          guard !zones[zone].isEmpty else { continue }
          if let frame = allocate(request, from: zone, isFirst: isFirst, &cache) { return frame }
          isFirst = false
        }
      }
      return nil
    }
  }

  /// Allocates from a zone, by way of the cache where its magazine is empty or the zone's.
  ///
  /// - Parameter isFirst: Whether the zone is the request's first choice.
  private func allocate(
    _ request: FrameRequest, from zone: Int, isFirst: Bool, _ cache: inout ProcessorCache
  ) -> UInt64? {
    let order = request.order
    guard order < ProcessorCache.orders else {
      return withZone(zone) { $0.allocateFrame(order) }
    }
    if cache.count(order) == 0 {
      cache.assign(order, to: zone)
      withZone(zone) { $0.fill(&cache, order) }
    } else if cache.zone(order) != zone {
      return withZone(zone) { $0.allocateFrame(order) }
    }
    // What must be zeroed or looked at never takes the short way.
    if isFirst, !request.isZeroed, !poisonsFreeFrames { cache.setChoice(order, request.bits) }
    return cache.pop(order)
  }

  /// Where the nodes to try are listed: for no node in particular, those of the lowest node.
  private func fallbackRow(for request: FrameRequest) -> Int? {
    let number = request.node == .none ? nodes[0].node.value : request.node.value
    let row = Int(number) * nodes.count
    return number >= 0 && row < state.object.fallback.count ? row : nil
  }

  /// Fills a block as the request wants it, and sees to its poison.
  private func prepare(
    _ frame: UInt64, _ request: FrameRequest
  ) throws(AllocationError) {
    let count = UInt64(1) << UInt64(request.order)
    // Blocks of a chunk or more come from memory that may never have been poisoned.
    if poisonsFreeFrames, request.order < Branch.chunkOrder,
      let changed = Poison.firstChanged(from: frame, count: count, through: window)
    {
      throw .poisonChanged(PageFrameNumber(changed))
    }
    if request.isZeroed {
      window.fill(
        AddressRange(at: PageFrameNumber(frame).start, size: count << PageFrameNumber.shift))
    }
  }

  /// Why a request could not be met.
  private func failure(of request: FrameRequest) -> AllocationError {
    if isTornDown { return .tornDown }
    if request.order < 0 || request.order > state.object.layout.maximumOrder { return .tooLarge }
    if fallbackRow(for: request) == nil || request.isNodeExact && !hasMemory(request.node) {
      return .noSuchNode(request.node)
    }
    return .outOfMemory
  }

  private func hasMemory(_ node: NodeID) -> Bool {
    for index in 0..<nodes.count where nodes[index].node == node { return true }
    return false
  }
}

extension Zone {
  /// Allocates a block and returns its first frame; `nil` where no free block holds `order`.
  mutating func allocateFrame(_ order: Int) -> UInt64? {
    guard let slot = allocate(order) else { return nil }
    return frame(of: slot)
  }

  /// Fills an empty magazine: with the blocks of one group, or a single larger block; with
  /// nothing where no free block holds `order`.
  mutating func fill(_ cache: inout ProcessorCache, _ order: Int) {
    if order >= Branch.groupOrder {
      guard let slot = allocate(order) else { return }
      let word = words[1].reference(to: slot >> Branch.chunkOrder)
      let block = CachedBlock(word: word, frame: frame(of: slot))
      _ = word.object.mark(first: 1 &<< block.unit(order))
      cache.add(block, order)
      return
    }
    guard let (group, taken) = takeBlocks(of: order) else { return }
    let word = words[0].reference(to: group)
    let frame = frame(of: group &<< Branch.groupOrder)
    var first = taken
    while first != 0 {
      // From the top, so that the lowest is handed out first.
      let unit = 63 &- first.leadingZeroBitCount
      first ^= 1 &<< unit
      cache.add(CachedBlock(word: word, frame: frame | UInt64(truncatingIfNeeded: unit)), order)
    }
  }
}
