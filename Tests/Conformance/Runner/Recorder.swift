import ConformanceSides

/// Writes random traces as text, a `hash` after every tenth line and every table at the end.
///
/// Only traces on which Linux does not stop are kept, since a recording must have an end.
enum Recorder {
  /// The trace of the seed with at most `lines` operations; `nil` where Linux stops in it, or
  /// the two sides differ.
  static func trace(seed: UInt64) -> String? {
    var generator = Generator(seed: seed)
    var lines: [String] = []
    var trial = Trial()
    trial.run {
      guard let operation = generator.next() else { return nil }
      lines.append(operation.line)
      if lines.count % 10 == 9 { lines.append("hash") }
      return operation
    }
    guard trial.isEqualThroughout else { return nil }
    let rules = pair_has(OPERATION_reserve_kern.rawValue) != 0 ? "rules 703\n" : ""
    return "# random trace \(seed)\n" + rules + lines.joined(separator: "\n") + "\n"
  }
}
