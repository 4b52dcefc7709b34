/// What was measured of a workload.
struct Measurement {
  let workload: Workload

  /// Nanoseconds per operation, a value for each round, sorted.
  private(set) var rounds: [Double] = []

  /// Instructions per operation; `nil` where they were not counted.
  var instructions: Double?

  /// What the work came to.
  private(set) var result: UInt64?

  init(_ workload: Workload) { self.workload = workload }

  /// The fastest round.
  var minimum: Double { rounds.first ?? .infinity }

  /// The round in the middle.
  var median: Double { rounds.isEmpty ? .infinity : rounds[rounds.count / 2] }

  /// Runs the work once, and says whether it came to what it came to before.
  mutating func measure() -> Bool {
    let run = workload.prepare()
    let clock = ContinuousClock()
    let start = clock.now
    benchmarkBody(run.body)
    let time = clock.now - start
    let nanoseconds =
      Double(time.components.attoseconds) / 1e9
      + Double(time.components.seconds) * 1e9
    let value = nanoseconds / Double(run.operations)
    rounds.insert(value, at: rounds.firstIndex { $0 > value } ?? rounds.endIndex)
    let result = run.result()
    defer { self.result = result }
    return self.result == nil || self.result == result
  }
}

/// Runs the measured part. Callgrind counts inside this function only, and finds it by name.
@inline(never)
@c(benchmark_body_is_running)
func benchmarkBodyIsRunning(_ body: UnsafeRawPointer) {
  // SAFETY: only `benchmarkBody` calls this, with a pointer to a closure that outlives the call.
  unsafe body.assumingMemoryBound(to: (() -> Void).self).pointee()
}

/// Runs `body` under the name that callgrind is told of. Not optimised, so that the call goes
/// to that name and not to a specialised copy.
@_optimize(none)
func benchmarkBody(_ body: () -> Void) {
  withoutActuallyEscaping(body) { body in
    // SAFETY: the pointer is used during the call only.
    unsafe withUnsafePointer(to: body) { unsafe benchmarkBodyIsRunning($0) }
  }
}
