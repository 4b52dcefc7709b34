import Foundation
import SerialHarness

/// Boots Debian's kernel and ours on the same machines, and compares what they say about memory.
///
/// `Scripts/compare-linux.sh` prepares the ISO that has both. A machine is a line; a difference
/// fails the run unless it stands in the list of known ones.
@main
struct CompareLinux {
  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard arguments.count >= 2 else {
      print("usage: CompareLinux ISO FOLDER-OF-LINUX'S-LOGS [PART OF A MACHINE'S NAME]")
      exit(2)
    }
    let iso = arguments[1]
    let logs = LinuxLogs(folder: URL(filePath: arguments[2], directoryHint: .isDirectory))
    let part = arguments.dropFirst(2).joined(separator: " ")
    let machines = ComparedMachine.all.filter { part.isEmpty || $0.name.contains(part) }
    var failures = 0
    try await withThrowingTaskGroup(of: Comparison.self) { group in
      // As many as can run; the harness sees to it that no more do.
      for machine in machines {
        group.addTask { try await Comparison.boot(machine, from: iso, logs) }
      }
      for try await comparison in group {
        if !report(comparison) { failures += 1 }
      }
    }
    print(
      "compare-linux: \(machines.count) machines, \(failures) with unexplained differences")
    exit(failures == 0 && !machines.isEmpty ? 0 : 1)
  }

  /// Prints a machine's line, and the lines that differ; says whether all is explained.
  private static func report(_ comparison: Comparison) -> Bool {
    let name = comparison.machine.name
    let differences = comparison.differences()
    let known = KnownDifference.all.filter { $0.machine == name }
    let unexplained = differences.filter { difference in
      !known.contains { $0.aspect == difference.aspect }
    }
    let isAlive = comparison.ours.exit == .success
    let isSame = unexplained.isEmpty && isAlive
    let note = comparison.linuxReachedUserSpace ? "" : " (Linux stopped early: less to compare)"
    let seconds = comparison.ours.duration.components.seconds
    print("\(isSame ? "same     " : "DIFFERENT") \(name)\(note) \(seconds) s")
    if !isAlive { print(comparison.ours.report(lastLines: 15)) }
    for difference in unexplained {
      print("    \(difference.aspect.rawValue):")
      for line in difference.lines.prefix(8) { print("      \(line)") }
      if difference.lines.count > 8 { print("      … \(difference.lines.count - 8) more") }
    }
    for explained in known {
      let shows = differences.contains { $0.aspect == explained.aspect }
      print("    \(explained.aspect.rawValue): \(shows ? explained.reason : "no longer differs")")
    }
    if !isSame {
      print("    Linux: \(comparison.linux.command)")
      print("    ours:  \(comparison.ours.command)")
    }
    return isSame
  }
}
