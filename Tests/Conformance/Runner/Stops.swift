import ConformanceSides

/// How often Linux did not survive an operation, by what became of it.
struct Stops {
  typealias Counts = (sum: UInt64, text: String)

  /// Ours refused the operation, and the trace went on.
  let refused: Counts
  /// The trace ended there.
  let ended: Counts

  init(_ count: (verdict) -> UInt64) {
    func list(_ verdicts: KeyValuePairs<String, verdict>) -> Counts {
      let counts = verdicts.map { ($0.key, count($0.value)) }
      return (
        counts.reduce(0) { $0 + $1.1 }, counts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
      )
    }
    refused = list([
      "a panic over a full table": VERDICT_REFUSED_PANIC, "a BUG": VERDICT_REFUSED_BUG,
      "memory above 1 TiB": VERDICT_REFUSED_WINDOW,
      "a table in use given up": VERDICT_REFUSED_TABLE,
    ])
    ended = list([
      "half a panic": VERDICT_LINUX_PANICKED, "a BUG where ours goes on": VERDICT_LINUX_BUG,
      "memory above 1 TiB": VERDICT_OUT_OF_WINDOW, "trimmed past 2^64": VERDICT_LINUX_WRAPPED,
      "a table in use freed": VERDICT_TABLE_FREED,
    ])
  }
}
