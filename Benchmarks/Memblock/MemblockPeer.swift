/// A memblock to be measured: the operations that the workloads are made of.
///
/// All instances of an implementation share one memblock, since Linux has only one. Nothing
/// here fails: a workload has room for what it does.
protocol MemblockPeer {
  /// Who it is, in the table.
  static var name: String { get }

  /// Puts an empty memblock in place, in no time to speak of.
  func reset()

  /// Lets tables grow.
  func allowResize()
  func setBottomUp()
  func add(_ base: UInt64, _ size: UInt64)
  func reserve(_ base: UInt64, _ size: UInt64)
  func free(_ base: UInt64, _ size: UInt64)
  func allocate(_ size: UInt64, alignment: UInt64) -> UInt64
  func isMemory(_ address: UInt64) -> Bool
  func isReserved(_ address: UInt64) -> Bool

  /// The first frame of the memory region that holds a frame.
  func firstFrame(aroundFrame frame: UInt64) -> UInt64

  /// The number of free ranges and the sum of their bounds.
  func sumFreeRanges(backwards: Bool) -> (count: Int, sum: UInt64)

  /// Calls `body` with each region of both tables.
  func forEachRegion(_ body: (_ base: UInt64, _ size: UInt64, _ attributes: UInt64) -> Void)
}

extension MemblockPeer {
  /// A number that two memblocks share when their tables are equal.
  var fingerprint: UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    forEachRegion { base, size, attributes in
      for word in [base, size, attributes] { hash = (hash ^ word) &* 0x100_0000_01b3 }
    }
    return hash
  }
}
