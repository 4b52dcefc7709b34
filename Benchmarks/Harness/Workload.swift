/// A piece of work that is measured, as one implementation does it.
///
/// Implementations of the same work take turns in every round, so that whatever else the
/// machine does hits them alike, and must come to the same result.
struct Workload {
  /// What is measured, such as "page allocator".
  var group: String

  /// The work, such as "fill".
  var work: String

  /// Who does it, such as "here" or "Linux".
  var implementation: String

  /// What is asked of the result; a miss makes the whole run fail.
  var wanted = Wanted()

  /// Whether instructions are counted as well.
  var countsInstructions = true

  /// Sets everything up, outside the measurement.
  var prepare: () -> Run

  /// The name by which the workload is asked for.
  var name: String { "\(group)/\(work)/\(implementation)" }

  /// Work that is ready to run once.
  struct Run {
    /// The number of operations that `body` does: what times are divided by.
    var operations: Int

    /// The measured part.
    var body: () -> Void

    /// What came of it: equal for all implementations of the same work.
    var result: () -> UInt64 = { 0 }
  }

  /// Upper limits; what is `nil` is not asked for.
  struct Wanted {
    /// Nanoseconds per operation, of the fastest round.
    var nanoseconds: Double?

    /// Instructions per operation.
    var instructions: Double?

    /// How many times faster than another implementation of the same work, at least.
    var speedup: (over: String, factor: Double)?

    /// How many times the time of another work of the same group, at most.
    var growth: (from: String, factor: Double)?

    /// How many times the instructions of another work of the same group, at most.
    var instructionGrowth: (from: String, factor: Double)?
  }
}
