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
  @inlinable
  public func allocate(
    _ request: FrameRequest = FrameRequest()
  ) throws(AllocationError) -> PageFrameNumber {
    // The short ways don't throw: a call that may can't be a function's last jump, and these
    // ways are so short that the difference shows.
    if let frame = allocateQuickly(request) { return PageFrameNumber(frame) }
    return try allocateSlowly(request)
  }

  /// Takes a frame that is at hand, or else a block of the zone that the last one came from, if that
  /// is the request's first choice.
  @usableFromInline
  func allocateQuickly(_ request: FrameRequest) -> UInt64? {
    guard state.object.isAlone else { return allocateLocking(request) }
    let cache = state.object.loneCache
    // What is not at hand is done apart, so that this need not save any registers.
    if let frame = cache.object.pop(for: request) { return frame }
    return allocateFromRecentZone(request)
  }

  /// Allocates a block of the zone that the last one came from, if that is the request's first
  /// choice.
  @inline(never)
  private func allocateFromRecentZone(_ request: FrameRequest) -> UInt64? {
    let cache = state.object.loneCache
    // No place has the flag for zeros, so requests with it go on.
    guard cache.object.recentPlace == request.bits else { return nil }
    let zone = cache.object.recentZone
    if let frame = zone.object.takeFromShelf(request.order) { return frame }
    return Self.divide(for: request.order, in: zone)
  }

  /// The same where there is somebody to keep out.
  ///
  /// Not by `lockedCache`, which would look again whether there is anybody.
  @inline(never)
  private func allocateLocking(_ request: FrameRequest) -> UInt64? {
    let processor = state.object.currentProcessor()
    let cache = caches.reference(to: processor)
    guard cache.object.lock.tryAcquire() else { return nil }
    if let frame = cache.object.pop(for: request) {
      cache.object.lock.release()
      return frame
    }
    let isRecent = cache.object.recentPlace == request.bits
    let zone = cache.object.recentZone
    cache.object.lock.release()
    guard isRecent else { return nil }
    return withLocked(zone) { _ in
      zone.object.takeFromShelf(request.order) ?? Self.divide(for: request.order, in: zone)
    }
  }

  /// Allocates a block of a zone that has none on the shelf; `nil` where there is none, or where a
  /// whole group of frames is better taken.
  @inline(never)
  private static func divide(for order: Int, in zone: PhysicalReference<Zone>) -> UInt64? {
    if order == 0 { return zone.object.allocateLooseFrame() }
    guard UInt(bitPattern: order) <= UInt(bitPattern: zone.object.maximumOrder) else { return nil }
    return zone.object.divide(for: order)
  }

  /// Allocates where there is more to do than to take a block as it is.
  @inline(never)
  @usableFromInline
  func allocateSlowly(
    _ request: FrameRequest
  ) throws(AllocationError) -> PageFrameNumber {
    var found = allocateFromZones(request)
    if found == nil, !isTornDown {
      drainCaches()
      found = allocateFromZones(request)
    }
    guard let frame = found else { throw failure(of: request) }
    if request.isZeroed || poisonsFreeFrames { try prepare(frame, request) }
    return PageFrameNumber(frame)
  }

  /// Allocates from the first zone that has a block.
  private func allocateFromZones(_ request: FrameRequest) -> UInt64? {
    guard !isTornDown, request.order >= 0, request.order <= state.object.layout.maximumOrder,
      let row = fallbackRow(for: request)
    else { return nil }
    let cache = lockedCache()
    defer { if let cache { unlock(cache) } }
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
          ? allocateFrame(from: zone, cache, place: isFirst ? request.place : UInt64.max)
          : withZone(zone) { $0.allocate(request.order) }
        if let frame {
          // What must be looked at never takes the short ways.
          if isFirst, !poisonsFreeFrames, let cache {
            cache.object.recentPlace = request.place
            cache.object.recentZone = zones.reference(to: zone)
          }
          return frame
        }
        isFirst = false
      }
    }
    return nil
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
