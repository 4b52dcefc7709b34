public import Addressing
import Zones

extension PageAllocator {
  /// Frees the block of 2^order frames that was allocated at `frame`.
  ///
  /// Everything is checked first: a block that was not allocated like this is an error, and
  /// nothing changes. O(1).
  public func free(_ frame: PageFrameNumber, order: Int = 0) throws(FreeError) {
    if withCache({ $0.push(frame.value, order) }) { return }
    try freeElsewhere(frame.value, order)
  }

  /// Frees a block that can't go straight into the cache, or tells why it can't be freed.
  @inline(never)
  private func freeElsewhere(_ frame: UInt64, _ order: Int) throws(FreeError) {
    guard UInt(bitPattern: order) <= UInt(bitPattern: state.object.layout.maximumOrder) else {
      throw isTornDown ? .tornDown : .tooLarge
    }
    guard let piece = piece(of: frame) else { throw isTornDown ? .tornDown : .notMemory }
    let size: UInt64 = 1 &<< UInt64(truncatingIfNeeded: order)
    guard frame & (size &- 1) == 0 else { throw .misaligned }
    guard size <= pieces[piece].end &- frame else { throw .straddlesZones }
    let slot = Int(truncatingIfNeeded: frame &+ pieces[piece].offset)
    let zone = Int(truncatingIfNeeded: pieces[piece].zone)
    if !poisonsFreeFrames, order < ProcessorCache.orders,
      withCache({ freeIntoCache(frame, order, at: slot, ofZone: zone, &$0) })
    {
      return
    }
    // A block of another zone than the magazine's, or none at all.
    if withoutInterrupts({ withZone(zone) { $0.free(order, at: slot) } }) { return }
    throw fault(freeing: order, at: slot, ofZone: zone)
  }

  /// Puts a block of a chunk that was not the last one to be freed to into the cache, making
  /// room for it.
  ///
  /// - Returns: Whether there is such a block and the magazine is the zone's.
  @inline(__always)
  private func freeIntoCache(
    _ frame: UInt64, _ order: Int, at slot: Int, ofZone zone: Int, _ cache: inout ProcessorCache
  ) -> Bool {
    guard let chunk = zones[zone].dividedChunk(with: slot, zone: zone) else { return false }
    cache.remember(chunk)
    if cache.count(order) == 0 { cache.assign(order, to: zone) }
    if cache.count(order) == ProcessorCache.capacity {
      guard chunk.block(order, at: frame) != nil else { return false }
      drain(&cache, order, leaving: ProcessorCache.capacity / 2)
    }
    return cache.push(frame, order)
  }

  /// Why a block can't be freed.
  func fault(freeing order: Int, at slot: Int, ofZone zone: Int) -> FreeError {
    switch state(of: slot, ofZone: zone) {
    case .free: .alreadyFree
    case .reserved: .reserved
    case .inside: .notStartOfBlock
    case .head(let actual): .wrongOrder(actual: actual)
    }
  }
}
