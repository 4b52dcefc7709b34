import Addressing
import Synchronization

/// The single frames that a processor keeps at hand: what is free in one group of 64 that it
/// has taken from a zone.
///
/// To the zone these frames are allocated. Only the owner takes the lock-free ways in here;
/// others may look and may drain it, with the lock of the zone held.
struct ProcessorCache: ~Copyable {
  /// The frames at hand, one bit each.
  let units = Atomic<UInt64>(0)

  /// The zone and the group that these frames are in, or `noClaim`. Changes with the zone's
  /// lock held.
  let claim = Atomic<UInt64>(ProcessorCache.noClaim)

  /// The group's first frame. The owner's own.
  var firstFrame = UInt64.max

  /// The frames that were taken with the group, where there is only this processor to free
  /// them; none where there are others. Those that are not at hand are allocated.
  var claimed: UInt64 = 0

  /// The requests for which the zone is the first choice: `FrameRequest.place`. The owner's own.
  var place = UInt64.max

  /// Stands for no group.
  static var noClaim: UInt64 { .max }

  /// The value of `claim` for a group of a zone.
  static func claim(on group: Int, ofZone zone: Int) -> UInt64 {
    UInt64(zone) << 40 | UInt64(group)
  }

  /// The zone of a claim.
  static func zone(of claim: UInt64) -> Int { Int(claim >> 40) }

  /// The group of a claim.
  static func group(of claim: UInt64) -> Int { Int(claim & (1 << 40 - 1)) }

  /// Takes the lowest frame at hand, if the request is for one of these. Only where there is no
  /// other processor.
  @inline(__always)
  func pop(for request: FrameRequest) -> UInt64? {
    let left = units.load(ordering: .relaxed)
    guard left != 0, (request.bits ^ place) | UInt64(bitPattern: Int64(request.order)) == 0 else {
      return nil
    }
    units.store(left & (left &- 1), ordering: .relaxed)
    return firstFrame &+ UInt64(truncatingIfNeeded: left.trailingZeroBitCount)
  }

  /// Takes a frame back that was taken with the group. Only where there is no other processor.
  ///
  /// - Returns: Whether it was; if not, nothing was changed.
  @inline(__always)
  func push(_ frame: UInt64, order: Int) -> Bool {
    let unit = frame ^ firstFrame
    guard unit < 64, claimed &>> unit & 1 != 0 else { return false }
    let bit: UInt64 = 1 &<< unit
    let left = units.load(ordering: .relaxed)
    guard left & bit == 0, order == 0 else { return false }
    units.store(left | bit, ordering: .relaxed)
    return true
  }

  /// Takes the lowest frame at hand; `nil` where there is none.
  @inline(__always)
  func pop(isShared: Bool) -> UInt64? {
    var left = units.load(ordering: .relaxed)
    while left != 0 {
      let rest = left & (left &- 1)
      let frame = firstFrame &+ UInt64(truncatingIfNeeded: left.trailingZeroBitCount)
      if !isShared {
        units.store(rest, ordering: .relaxed)
        return frame
      }
      // Somebody may drain the cache at the same time.
      let (isMine, found) = units.compareExchange(
        expected: left, desired: rest, successOrdering: .acquiring, failureOrdering: .relaxed)
      if isMine { return frame }
      left = found
    }
    return nil
  }

  /// Notes that frames went back to the zone past this cache.
  mutating func forget(_ frames: Range<PageFrameNumber>) {
    let first = max(frames.lowerBound.value, firstFrame)
    let last = min(frames.upperBound.value, firstFrame &+ 64)
    guard first < last else { return }
    claimed &= ~Zone.units(from: Int(first - firstFrame), count: Int(last - first))
  }
}
