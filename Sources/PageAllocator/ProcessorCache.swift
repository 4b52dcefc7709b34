import Addressing
import Synchronization

/// What a processor keeps at hand: the free frames of one group of 64 that it has taken from a
/// zone, and where it found and left other blocks.
///
/// To the zone the group's frames are allocated. The owner only tries to get the lock: where an
/// interrupt handler, another thread or processor uses the cache at the time, it goes to the zone
/// instead. Others lock it to free a frame of the group, and to drain it.
struct ProcessorCache: ~Copyable {
  /// The zone that the last block came from, and the requests that it is the first choice for.
  var recentPlace = UInt64.max
  var recentZone: PhysicalReference<Zone>

  /// The zone that the last block was freed to.
  var freedZone: PhysicalReference<Zone>

  /// Held during every use, but by the only processor where there are no interrupts to keep out.
  let lock = SpinLock()

  /// The frames at hand, one bit each.
  let units = Atomic<UInt64>(0)

  /// The frames that were taken with the group. Those that are not at hand are allocated.
  let claimed = Atomic<UInt64>(0)

  /// The zone and the group that these frames are in, or `noClaim`. Changes with the locks of
  /// cache and zone held, so either is enough to look at it.
  let claim = Atomic<UInt64>(ProcessorCache.noClaim)

  /// The group's first frame.
  var firstFrame = UInt64.max

  /// The requests for which the zone is the first choice: `FrameRequest.place`.
  var place = UInt64.max

  /// Fills two cache lines, which a processor fetches together: what one processor writes at every
  /// use shares no line with what another reads. Without it two threads together do less than one.
  private let padding = InlineArray<7, UInt64>(repeating: 0)

  /// A cache with nothing in it.
  init(_ zone: PhysicalReference<Zone>) {
    recentZone = zone
    freedZone = zone
  }

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

  /// Takes the lowest frame at hand, if the request is for one of these.
  @inline(__always)
  func pop(for request: FrameRequest) -> UInt64? {
    guard (request.bits ^ place) | UInt64(bitPattern: Int64(request.order)) == 0 else {
      return nil
    }
    return pop()
  }

  /// Takes the lowest frame at hand; `nil` where there is none.
  @inline(__always)
  func pop() -> UInt64? {
    let left = units.load(ordering: .relaxed)
    guard left != 0 else { return nil }
    units.store(left & (left &- 1), ordering: .relaxed)
    return firstFrame &+ UInt64(truncatingIfNeeded: left.trailingZeroBitCount)
  }

  /// Takes a frame back that was taken with the group.
  ///
  /// - Returns: Whether it was; if not, nothing was changed.
  @inline(__always)
  func push(_ frame: UInt64, order: Int) -> Bool {
    let unit = frame ^ firstFrame
    guard unit < 64, claimed.load(ordering: .relaxed) &>> unit & 1 != 0 else { return false }
    let bit: UInt64 = 1 &<< unit
    let left = units.load(ordering: .relaxed)
    guard left & bit == 0, order == 0 else { return false }
    units.store(left | bit, ordering: .relaxed)
    return true
  }

  /// Makes this the cache of a group.
  ///
  /// - Parameters:
  ///   - units: The frames that were taken with the group.
  ///   - firstFrame: The group's first frame.
  ///   - claim: The zone and the group.
  ///   - place: The requests for which the zone is the first choice; `nil` where frames of the
  ///     group must be looked at when they are allocated and freed, so that the short ways are
  ///     closed to them.
  mutating func take(_ units: UInt64, at firstFrame: UInt64, claim: UInt64, for place: UInt64?) {
    self.firstFrame = firstFrame
    self.place = place ?? .max
    claimed.store(place == nil ? 0 : units, ordering: .relaxed)
    self.units.store(units, ordering: .relaxed)
    self.claim.store(claim, ordering: .relaxed)
  }

  /// Gives the group up.
  ///
  /// - Returns: The frames that were at hand.
  func giveUp() -> UInt64 {
    claim.store(Self.noClaim, ordering: .relaxed)
    claimed.store(0, ordering: .relaxed)
    return units.exchange(0, ordering: .relaxed)
  }

  /// Notes that a frame of the group went back to its zone past this cache. With the zone's lock
  /// held.
  func forget(_ frame: UInt64) {
    claimed.bitwiseAnd(~(1 &<< (frame &- firstFrame)), ordering: .relaxed)
  }
}
