import Kernel

/// Marsaglia's xorshift64 with the shifts 13, 7 and 17: numbers that a seed repeats.
struct RandomNumbers {
  private var state: UInt64

  /// Starts at a seed; 0, which the method never leaves, counts as 1.
  init(seed: UInt64) {
    state = seed == 0 ? 1 : seed
  }

  /// The next number.
  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  /// The next number below `bound`.
  mutating func next(below bound: UInt64) -> UInt64 { next() % bound }
}
