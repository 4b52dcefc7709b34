import Foundation
import SerialHarness

/// What a number of starts came to.
struct Tally: Sendable, CustomStringConvertible {
  var successes = 0
  var failures = 0
  var findings = 0
  var duration = Duration.zero

  var description: String {
    let count = successes + failures + findings
    let seconds = Double(duration.components.seconds) + 0.1
    return "fuzz-boot: \(count) starts in \(duration.components.seconds) s"
      + " (\(Int(Double(count) / seconds * 10) / 10) each second): \(successes) reported success,"
      + " \(failures) reported failure, \(findings) findings"
  }
}

/// Starts of many cases, as many at once as the harness allows.
struct Campaign: Sendable {
  var kernel: KernelELF
  var corpus: [StartCase]
  var firstSeed: UInt64
  var seedCount: UInt64
  /// No case is begun after this.
  var end: ContinuousClock.Instant
  /// Where cases that ended in no result are kept.
  var findings: URL
  /// Whether each case is printed with the end of its console.
  var printsCases: Bool

  /// Starts the cases given, then those of the seeds.
  func run(first cases: [(name: String, start: StartCase)]) async throws -> Tally {
    let begin = ContinuousClock.now
    var tally = Tally()
    var queue = cases[...]
    var nextSeed: UInt64 = 0
    func next() -> (name: String, start: StartCase)? {
      if let given = queue.popFirst() { return given }
      guard nextSeed < seedCount, .now < end else { return nil }
      defer { nextSeed += 1 }
      let seed = firstSeed &+ nextSeed
      return ("seed-\(seed)", StartCase.mutated(seed: seed, corpus: corpus))
    }
    try await withThrowingTaskGroup(of: (String, StartCase, Verdict).self) { group in
      func begin() {
        guard let (name, start) = next() else { return }
        let kernel = kernel
        group.addTask { (name, start, await start.run(kernel)) }
      }
      // One more than run at once, so that none waits for the one that prepares the next.
      for _ in 0..<3 { begin() }
      for try await (name, start, verdict) in group {
        begin()
        try count(verdict, of: start, named: name, in: &tally)
      }
    }
    tally.duration = begin.duration(to: .now)
    return tally
  }

  private func count(
    _ verdict: Verdict, of start: StartCase, named name: String, in tally: inout Tally
  ) throws {
    if printsCases { print("\(name):\n\(start.text)") }
    switch verdict {
    case .reported(let outcome):
      if outcome.exit == .success { tally.successes += 1 } else { tally.failures += 1 }
      if printsCases { print(outcome.report(lastLines: 12)) }
    case .finding(let what, let outcome):
      tally.findings += 1
      try FileManager.default.createDirectory(at: findings, withIntermediateDirectories: true)
      let file = findings.appending(path: URL(filePath: name).lastPathComponent)
      try Data(start.text.utf8).write(to: file.appendingPathExtension("case"))
      let log = "\(what)\n\(outcome?.report(lastLines: .max) ?? "")\n"
      try Data(log.utf8).write(to: file.appendingPathExtension("log"))
      print("FINDING \(name): \(what)\n  \(file.path).case and .log")
      if printsCases, let outcome { print(outcome.report()) }
    }
  }
}
