import Foundation
import Zones

/// Explores the page allocator of small machines, and prints what came of each.
public enum PageExploration {
  /// Which machines are explored: those of `small` take seconds.
  public enum Extent { case small, large }

  /// Explores the machines of an extent one after the other.
  ///
  /// - Parameters:
  ///   - extent: Which machines.
  ///   - seconds: The time that all may take. The last machine has what the others leave, and each
  ///     of those at most half of what is left.
  /// - Returns: Whether no difference was found; and, of the small ones, all states were visited.
  public static func run(_ extent: Extent, seconds: Double) -> Bool {
    let machines = extent == .small ? PageMachine.small : PageMachine.large
    let deadline = Date() + seconds
    for (index, machine) in machines.enumerated() {
      let left = deadline.timeIntervalSinceNow / (index == machines.count - 1 ? 1 : 2)
      do {
        let explorer = try PageExplorer(machine)
        ExplorationTrap.set(for: explorer, machine)
        let outcome = try explorer.run(until: Date() + left)
        print("page allocator, \(machine.name): \(summary(of: outcome, explorer))")
        if let finding = outcome.finding {
          print(text(of: finding.operations) + "  " + finding.difference)
          return false
        }
        if extent == .small, outcome.expanded < outcome.states { return false }
      } catch {
        print("page allocator, \(machine.name): there is no such machine: \(error)")
        return false
      }
    }
    return true
  }

  private static func summary(of outcome: PageExplorer.Outcome, _ explorer: PageExplorer) -> String
  {
    let isAll = outcome.expanded == outcome.states
    let extent =
      outcome.finding != nil
      ? "difference found" : isAll ? "all there are" : "\(outcome.expanded) expanded"
    let rate = Double(outcome.transitions) / max(outcome.seconds, 0.001) / 1e6
    return """
      \(outcome.states) states (\(extent)), depth \(outcome.depth), \
      \(outcome.transitions) transitions (\(explorer.operationCount) a state), \
      \(String(format: "%.1f s, %.2f M transitions/s", outcome.seconds, rate))
      """
  }

  /// Operations, one in a line.
  static func text(of operations: [PageOperation]) -> String {
    operations.map { "  \($0)\n" }.joined()
  }
}

extension PageMachine {
  /// The machines whose states are visited in seconds.
  static var small: [PageMachine] {
    var reserved = plain(
      "4 frames of which 2 are reserved", firstFrame: 1 << 20, units: 4, maximumOrder: 2)
    reserved.released = 1..<3
    var runs = plain("4 frames, with runs", firstFrame: 1 << 20, units: 4, maximumOrder: 2)
    runs.hasRuns = true
    return [
      plain("4 frames of one group", firstFrame: 1 << 20, units: 4, maximumOrder: 2),
      plain("4 frames of two groups", firstFrame: 1 << 20 | 62, units: 4, maximumOrder: 2),
      PageMachine(
        name: "4 frames in two zones", firstFrame: (1 << 12) - 2,
        parts: [
          Part(node: 0, kind: .dma, units: 0..<2), Part(node: 0, kind: .dma32, units: 2..<4),
        ], maximumOrder: 2),
      reserved, runs,
      plain(
        "4 groups of 64 frames", firstFrame: 1 << 20, units: 4, unitOrder: 6, maximumOrder: 8),
    ]
  }

  /// The machines for as much time as there is.
  static var large: [PageMachine] {
    var lone = plain("8 frames, one processor", firstFrame: 1 << 20, units: 8, maximumOrder: 3)
    lone.processors = 1
    return small + [
      PageMachine(
        name: "4 frames on two nodes", firstFrame: 1 << 20,
        parts: [
          Part(node: 0, kind: .normal, units: 0..<2), Part(node: 1, kind: .normal, units: 2..<4),
        ], maximumOrder: 1),
      plain(
        "4 chunks of 4096 frames", firstFrame: 1 << 20, units: 4, unitOrder: 12, maximumOrder: 14),
      lone,
      plain(
        "8 groups of 64 frames", firstFrame: 1 << 20, units: 8, unitOrder: 6, maximumOrder: 9),
      plain("8 frames of two groups", firstFrame: 1 << 20 | 60, units: 8, maximumOrder: 2),
      plain("8 frames of one group", firstFrame: 1 << 20, units: 8, maximumOrder: 3),
      plain("16 frames of one group", firstFrame: 1 << 20, units: 16, maximumOrder: 4),
    ]
  }
}
