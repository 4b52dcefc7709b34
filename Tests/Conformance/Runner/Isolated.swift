import ConformanceSides

/// Runs traces in a child process, so that a crash of a side is a finding like any other.
enum Isolated {
  /// What a run of random traces came to.
  struct Outcome {
    var progress: pair_progress
    var signal: Int32
    var isFinding: Bool { signal != 0 || progress.is_different != 0 }
  }

  /// Whether the two sides differ, or one crashes, over these operations.
  static func differs(_ operations: [operation]) -> Bool {
    var progress = pair_progress()
    let signal = run(operations, progress: &progress)
    return signal != 0 || progress.is_different != 0
  }

  private static func run(_ operations: [operation], progress: inout pair_progress) -> Int32 {
    unsafe operations.withUnsafeBufferPointer { buffer in
      var list = unsafe OperationList(start: buffer.baseAddress, count: buffer.count)
      // SAFETY: the list outlives the call, which waits for the child.
      return unsafe pair_isolated(
        { shared, context in
          let list = unsafe context!.load(as: OperationList.self)
          var index = 0
          var trial = Trial()
          trial.run {
            guard unsafe index < list.count else { return nil }
            index += 1
            return unsafe list.start![index - 1]
          }
          unsafe shared!.pointee.is_different = trial.failure == nil ? 0 : 1
        }, &list, &progress)
    }
  }

  @unsafe private struct OperationList {
    let start: UnsafePointer<operation>?
    let count: Int
  }

  /// Runs the random traces of the seeds from `progress.seed` on, `traces` of them.
  static func runRandom(from seed: UInt64, traces: UInt64) -> Outcome {
    var progress = pair_progress()
    progress.seed = seed
    var count = traces
    // SAFETY: the count outlives the call, which waits for the child.
    let signal = unsafe pair_isolated(
      { shared, context in
        let count = unsafe context!.load(as: UInt64.self)
        for _ in 0..<count {
          var generator = unsafe Generator(seed: shared!.pointee.seed)
          var trial = Trial()
          trial.run { generator.next() }
          unsafe shared!.pointee.add(trial.verdicts)
          unsafe shared!.pointee.traces += 1
          if trial.failure != nil {
            unsafe shared!.pointee.is_different = 1
            return
          }
          unsafe shared!.pointee.seed += 1
        }
      }, &count, &progress)
    return Outcome(progress: progress, signal: signal)
  }
}

extension pair_progress {
  /// How many operations came to a verdict.
  func count(of verdict: verdict) -> UInt64 {
    var copy = self
    return unsafe pair_verdicts(&copy, verdict)
  }

  /// Adds how many operations came to each verdict.
  mutating func add(_ counts: [UInt64]) {
    for (number, count) in counts.enumerated() {
      operations += count
      unsafe pair_add_verdicts(&self, verdict(rawValue: UInt32(number)), count)
    }
  }

  /// Adds the operations and traces of another run.
  mutating func add(_ other: pair_progress) {
    traces += other.traces
    add((0..<VERDICT_COUNT.rawValue).map { other.count(of: verdict(rawValue: $0)) })
  }
}
