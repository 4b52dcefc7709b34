public import LogReading
import Memblock

/// Looks a log and its replay through.
public struct Findings: Sendable {
  /// What there is to point out, by kind.
  public internal(set) var all: [Finding] = []

  let log: BootLog
  let machine: ReplayMachine
  let replay: BootReplay
  let source: MapSource?

  /// Looks through a log.
  ///
  /// - Parameters:
  ///   - log: What was logged.
  ///   - machine: The machine that it was made into.
  ///   - replay: The boot of that machine.
  public init(_ log: BootLog, _ machine: ReplayMachine, _ replay: BootReplay) {
    self.log = log
    self.machine = machine
    self.replay = replay
    source = log.firmwareSource
    findPageBorders()
    findOverlaps()
    findHoles()
    findUnknownTypes()
    findWhatIsAboveALimit()
    findNodes()
    findWhatIsNotInMemory()
    for edit in log.edits {
      add(.changedMap, "Linux changed the firmware's map", [edit.line])
    }
  }

  mutating func add(_ kind: Finding.Kind, _ text: String, _ lines: [LogLine]) {
    all.append(Finding(kind: kind, text: text, lines: lines))
  }
}
