/// Numbers that a seed decides, the same on every system (SplitMix64).
struct RandomNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  /// A number below `bound`, by the remainder: what little it favours small ones is no matter
  /// for what is generated here.
  mutating func below(_ bound: UInt64) -> UInt64 { next() % bound }

  /// Whether a chance of one in `odds` came.
  mutating func oneIn(_ odds: UInt64) -> Bool { below(odds) == 0 }
}
