public import Addressing
import Zones

/// What a frame is used for.
public enum FrameState: Equatable, Sendable {
  /// It is free, on its own or as part of a larger block.
  case free

  /// It is the first of an allocated block of that order.
  case head(order: Int)

  /// It is in an allocated block, but not its first frame.
  case inside

  /// It was never released into the allocator.
  case reserved
}

extension PageAllocator {
  /// What a frame is used for; `nil` where there is no memory. Frames in processors' caches
  /// count as free. O(1), but where it must be asked for in the caches.
  public func state(of frame: PageFrameNumber) -> FrameState? {
    guard let piece = piece(of: frame.value), isMemory(frame) else { return nil }
    let slot = Int(frame.value &+ pieces[piece].offset)
    return state(of: slot, ofZone: Int(pieces[piece].zone))
  }

  /// What a slot is used for.
  func state(of slot: Int, ofZone zone: Int) -> FrameState {
    let (state, frame) = withoutInterrupts {
      withZone(zone) { taken in
        let state = taken.state(of: slot)
        guard case .reservedOrCached(_, let first) = state else { return (state, UInt64(0)) }
        return (state, taken.frame(of: first))
      }
    }
    switch state {
    case .free, .cached: return .free
    case .head(let order): return .head(order: order)
    case .inside: return .inside
    case .reservedOrCached(let order, _):
      var isCached = false
      forEachCache { if $0.holds(frame, order) { isCached = true } }
      return isCached ? .free : .reserved
    }
  }

  /// Whether there is memory at a frame; small holes lie inside pieces. O(log n) in ranges.
  func isMemory(_ frame: PageFrameNumber) -> Bool {
    var low = 0
    var high = layout.rangeCount
    while low < high {
      let middle = (low + high) / 2
      if layout.range(middle).frames.upperBound <= frame { low = middle + 1 } else { high = middle }
    }
    return low < layout.rangeCount && layout.range(low).frames.contains(frame)
  }
}
