/// Says on standard error how far a long run is: nothing in its first second, then a line a
/// second.
struct Progress {
  private let subject: String
  private let clock = ContinuousClock()
  private var next: ContinuousClock.Instant

  init(_ subject: String) {
    self.subject = subject
    next = clock.now + .seconds(1)
  }

  /// To be called often; looks at the clock, and writes at most once a second.
  mutating func report(_ done: @autoclosure () -> String) {
    let now = clock.now
    guard now >= next else { return }
    next = now + .seconds(1)
    StandardError.write("memblock: \(subject): \(done())\n")
  }
}
