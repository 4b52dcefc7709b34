/// From the counts of a counter to nanoseconds and back, by a multiplication.
struct TickScale {
  /// Counts in a second.
  let frequency: UInt64

  /// Nanoseconds a count, and counts a nanosecond, both with 32 bits behind the point.
  private let nanoseconds: UInt64
  private let counts: UInt64

  /// Makes the scale of a counter that counts `frequency` times a second, which is not 0.
  init(frequency: UInt64) {
    self.frequency = frequency
    nanoseconds = (1_000_000_000 << 32) / frequency
    let (seconds, rest) = frequency.quotientAndRemainder(dividingBy: 1_000_000_000)
    counts = seconds << 32 + (rest << 32) / 1_000_000_000
  }

  /// The nanoseconds that a number of counts takes.
  func nanoseconds(_ counts: UInt64) -> UInt64 { Self.product(counts, nanoseconds) }

  /// The counts in a number of nanoseconds.
  func counts(_ nanoseconds: UInt64) -> UInt64 { Self.product(nanoseconds, counts) }

  private static func product(_ value: UInt64, _ factor: UInt64) -> UInt64 {
    let (high, low) = value.multipliedFullWidth(by: factor)
    return high >> 32 == 0 ? high << 32 | low >> 32 : .max
  }
}
