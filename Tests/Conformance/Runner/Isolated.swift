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
          unsafe shared!.pointee.operations += UInt64(trial.compared)
          unsafe shared!.pointee.traces += 1
          switch trial.stop {
          case .panic: unsafe shared!.pointee.panics += 1
          case .bug: unsafe shared!.pointee.bugs += 1
          case .outOfWindow: unsafe shared!.pointee.out_of_window += 1
          case .wrapped: unsafe shared!.pointee.wraps += 1
          case .tableFreed: unsafe shared!.pointee.freed_tables += 1
          case nil: break
          }
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
