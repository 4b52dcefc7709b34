import ConformanceSides
import Foundation

/// Explores machines one after the other and prints what came of each.
enum Exploration {
  /// More states than fit into some gigabytes of memory.
  private static let capacity: UInt64 = 200_000_000

  /// - Parameters:
  ///   - seconds: The time that all may take. The last one has what the others leave, and each of
  ///     those at most half of what is left.
  ///   - mustEnd: Whether it is a failure that the time was not enough for all states.
  static func run(_ machines: [Machine], seconds: Double, mustEnd: Bool) {
    let children = Int32(ProcessInfo.processInfo.activeProcessorCount)
    let deadline = Date() + seconds
    for (index, machine) in machines.enumerated() {
      let explorer = Explorer(machine)
      let left = deadline.timeIntervalSinceNow / (index == machines.count - 1 ? 1 : 2)
      let outcome = explorer.run(
        capacity: capacity, deadline: Date() + left, children: children)
      print("\(machine.name): \(summary(of: outcome, explorer))")
      if let finding = outcome.finding { report(finding, signal: outcome.signal) }
      if mustEnd && outcome.isBounded { fail("\(seconds) seconds were not enough", status: 1) }
    }
  }

  private static func summary(of outcome: Explorer.Outcome, _ explorer: Explorer) -> String {
    let found = outcome.exploration
    let stops = Stops { verdict in
      var copy = found
      return unsafe exploration_verdicts(&copy, verdict)
    }
    let isAll = !outcome.isBounded && outcome.finding == nil
    let extent = isAll ? "all there are" : "\(min(found.next, found.count)) expanded"
    let rate = Double(found.transitions) / max(outcome.seconds, 0.001) / 1e6
    var text = """
      \(found.count - found.lost) states (\(extent)), depth \(outcome.depth), \
      \(found.transitions) transitions \
      (\(explorer.changes.count) a state), \(found.questions) questions, \
      \(String(format: "%.1f s, %.2f M transitions/s", outcome.seconds, rate))
      """
    if stops.refused.sum > 0 { text += "\n  Linux stops and ours refuses: \(stops.refused.text)" }
    if stops.ended.sum > 0 { text += "\n  not gone on from: \(stops.ended.text)" }
    return text
  }

  private static func report(_ finding: [operation], signal: Int32) -> Never {
    print("difference\(signal == 0 ? "" : " (signal \(signal))") after:")
    for operation in finding { print(operation.line) }
    guard Isolated.differs(finding) else {
      fail("the trace from fresh tables does not show it again", status: 1)
    }
    reportShortest(finding, signal: signal)
  }
}
