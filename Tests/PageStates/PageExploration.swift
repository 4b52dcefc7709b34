import Foundation
import Zones

/// Explores the page allocator of small machines, and prints what came of each.
public enum PageExploration {
  /// Which machines are explored: those of `least` take seconds in a debug build, those of `small`
  /// half a minute in a release build.
  public enum Extent { case least, small, large }

  /// Explores the machines of an extent one after the other.
  ///
  /// - Parameters:
  ///   - extent: Which machines.
  ///   - seconds: The time that all may take. Each machine has at most about twice an equal share of
  ///     what those before it leave.
  /// - Returns: Whether no difference was found; and, but for `large`, all states were visited.
  public static func run(_ extent: Extent, seconds: Double) -> Bool {
    let machines =
      switch extent {
      case .least: PageMachine.least
      case .small: PageMachine.least + PageMachine.small
      case .large: PageMachine.least + PageMachine.small + PageMachine.large
      }
    let deadline = Date() + seconds
    defer { ExplorationTrap.clear() }
    for (index, machine) in machines.enumerated() {
      let left = deadline.timeIntervalSinceNow
      let share = 2 * left / Double(machines.count - index + 1)
      do {
        let explorer = try PageExplorer(machine)
        ExplorationTrap.set(for: explorer, machine)
        let outcome = try explorer.run(until: Date() + share)
        print("page allocator, \(machine.name): \(summary(of: outcome, explorer))")
        if let finding = outcome.finding {
          print(text(of: finding.operations) + "  " + finding.difference)
          return false
        }
        if extent != .large, outcome.expanded < outcome.states {
          print("\(seconds) seconds were not enough")
          return false
        }
      } catch let early as PageSubject.EarlyDifference {
        print("page allocator, \(machine.name): before the first state:")
        print(text(of: Array(early.operations)) + "  " + early.text)
        return false
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

  /// Operations, one in a line; those that are done several times in one.
  static func text(of operations: [PageOperation]) -> String {
    var text = ""
    var rest = operations[...]
    while let operation = rest.first {
      let count = rest.prefix { $0 == operation }.count
      text += "  \(operation)\(count > 1 ? ", \(count) times" : "")\n"
      rest = rest.dropFirst(count)
    }
    return text
  }
}
