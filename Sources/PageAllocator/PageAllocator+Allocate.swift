public import Addressing
import Zones

extension PageAllocator {
  /// Allocates a block of 2^order frames, aligned to its size.
  ///
  /// The zones are tried from the request's highest down on the nearest node, then on the next
  /// (Linux: `__alloc_pages`). Where all fail, the processors' caches are drained and all are
  /// tried again. O(1) where the first zone has a block.
  ///
  /// - Returns: The block's first frame.
  /// - Throws: `AllocationError`; with `.poisonChanged` the block stays out of use.
  public func allocate(
    _ request: FrameRequest = FrameRequest()
  ) throws(AllocationError) -> PageFrameNumber {
    // No place has the flag for zeros, so requests with it go on.
    if let frame = state.object.loneCache.object.pop(for: request) {
      return PageFrameNumber(frame)
    }
    if state.object.recentPlace == request.bits,
      let frame = state.object.recentZone.object.takeFromShelf(request.order)
    {
      return PageFrameNumber(frame)
    }
    return try allocateSlowly(request)
  }

  /// Allocates where there is more to do than to take a frame that is at hand.
  @inline(never)
  private func allocateSlowly(
    _ request: FrameRequest
  ) throws(AllocationError) -> PageFrameNumber {
    if let frame = allocateFromRecentZone(request) {
      if request.isZeroed { try prepare(frame, request) }
      return PageFrameNumber(frame)
    }
    return try allocateFromZones(request)
  }

  /// Allocates a block from the zone that the last one came from, if that is the request's
  /// first choice and there is only one processor.
  @inline(__always)
  private func allocateFromRecentZone(_ request: FrameRequest) -> UInt64? {
    guard state.object.recentPlace == request.place,
      UInt(bitPattern: request.order) <= UInt(bitPattern: state.object.layout.maximumOrder)
    else { return nil }
    if request.order == 0 { return state.object.recentZone.object.allocateLooseFrame() }
    return state.object.recentZone.object.allocate(request.order)
  }

  /// Allocates a block where the short way is closed or leads nowhere.
  @inline(never)
  private func allocateFromZones(
    _ request: FrameRequest
  ) throws(AllocationError) -> PageFrameNumber {
    let found = withoutInterrupts { () -> UInt64? in
      let processor = currentProcessor
      if request.order == 0, caches[processor].place == request.place,
        let frame = caches[processor].pop(isShared: isShared)
      {
        return frame
      }
      return allocate(request, on: processor)
    }
    guard let frame = found else { throw failure(of: request) }
    if request.isZeroed || poisonsFreeFrames { try prepare(frame, request) }
    return PageFrameNumber(frame)
  }

  /// Allocates from the first zone that has a block.
  private func allocate(_ request: FrameRequest, on processor: Int) -> UInt64? {
    guard !isTornDown, request.order >= 0, request.order <= state.object.layout.maximumOrder,
      let row = fallbackRow(for: request)
    else { return nil }
    if let frame = allocate(request, row: row, on: processor) { return frame }
    drainCaches()
    return allocate(request, row: row, on: processor)
  }

  /// Where the nodes to try are listed: for no node in particular, those of the lowest node.
  private func fallbackRow(for request: FrameRequest) -> Int? {
    let number = request.node == .none ? nodes[0].node.value : request.node.value
    let row = Int(number) * nodes.count
    return number >= 0 && row < state.object.fallback.count ? row : nil
  }

  private func allocate(_ request: FrameRequest, row: Int, on processor: Int) -> UInt64? {
    var isFirst = true
    for rank in 0..<nodes.count {
      let node = Int(state.object.fallback[row + rank])
      if request.isNodeExact, nodes[node].node != request.node {
        return nil
      }
      for kind in (0...request.highestZone.rawValue).reversed() {
        let zone = node * ZoneKind.count + kind
        guard zones[zone].spans.count > 0 else { continue }
        let frame =
          request.order == 0
          ? allocateFrame(
            from: zone, on: processor, place: isFirst ? request.place : UInt64.max)
          : withZone(zone) { $0.allocate(request.order) }
        if let frame {
          if isFirst, state.object.isAlone {
            state.object.recentPlace = request.place
            state.object.recentZone = zones.reference(to: zone)
          }
          return frame
        }
        isFirst = false
      }
    }
    return nil
  }

  /// Fills a block as the request wants it, and sees to its poison.
  private func prepare(
    _ frame: UInt64, _ request: FrameRequest
  ) throws(AllocationError) {
    let count = UInt64(1) << UInt64(request.order)
    // Blocks larger than a chunk come from memory that may never have been poisoned.
    if poisonsFreeFrames, request.order <= Chunk.shift,
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
