/// How a boot ended, and all that its console showed.
public struct Outcome: Sendable {
  /// How a machine stopped.
  public enum Exit: Hashable, Sendable {
    /// The kernel reported success: 0x10 to the debug-exit port, QEMU's status 33.
    case success
    /// The kernel reported failure: 0x11 to the debug-exit port, QEMU's status 35.
    case failure
    /// The kernel wrote another value to the debug-exit port.
    case code(UInt8)
    /// The machine stopped without a result from the kernel.
    case stopped(Stop)
    /// It was still running when its time was over.
    case timeLimit(Duration)
    /// QEMU itself failed, and what it said then.
    case qemu(status: Int32, message: String)
    /// The body of ``Machine/boot(timeLimit:_:)`` threw, and the machine was ended.
    case ended
  }

  /// What stops a machine without a result from its kernel.
  public enum Stop: Hashable, Sendable {
    /// The kernel switched the machine off.
    case powerOff
    /// The kernel reset the machine, which is not started again.
    case reset
    /// An exception came up that no handler could be called for.
    case tripleFault
    /// Somebody ended QEMU: over its control channel, or by a signal.
    case host
    /// QEMU did not say what it was.
    case unknown
  }

  /// How the machine stopped.
  public var exit: Exit
  /// The serial console's lines, without carriage returns and escape sequences.
  public var lines: [String]
  /// From QEMU's start to its end.
  public var duration: Duration
  /// The command that boots the same machine again, to be pasted into a shell.
  public var command: String
  /// The files that the command names.
  private var folder: BootFolder?

  init(
    exit: Exit, lines: [String], duration: Duration, command: String, folder: BootFolder
  ) {
    self.init(exit: exit, lines: lines, duration: duration, command: command)
    self.folder = folder
  }

  /// An outcome from its parts.
  public init(exit: Exit, lines: [String], duration: Duration, command: String) {
    self.exit = exit
    self.lines = lines
    self.duration = duration
    self.command = command
  }

  /// The first line that has `text` in it.
  public func line(containing text: String) -> String? {
    lines.first { $0.contains(text) }
  }

  /// The end of the console, how the machine stopped, and the command to boot it again: what a
  /// failing test shows.
  ///
  /// The files that the command names, which are removed with the outcome otherwise, are kept
  /// for a day, with the whole console beside them.
  public func report(lastLines count: Int = 40) -> String {
    let tail = lines.suffix(count).map { "  | \($0)" }
    let omitted = lines.count - tail.count
    let kept = folder.flatMap { folder in
      folder.keep()
      let log = lines.map { $0 + "\n" }.joined()
      return (try? folder.write("console.log", Array(log.utf8))).map { "whole console: \($0)\n" }
    }
    return """
      \(exit) after \(duration.formattedSeconds)
      console\(omitted > 0 ? " (\(omitted) lines before)" : "")\(tail.isEmpty ? ": nothing" : ":")
      \(tail.joined(separator: "\n"))
      \(kept ?? "")to repeat: \(command)
      """
  }

  /// Throws a ``BootFailure`` unless the machine stopped as expected.
  @discardableResult
  public func check(_ expected: Exit) throws(BootFailure) -> Outcome {
    guard exit == expected else { throw BootFailure("expected: \(expected)", self) }
    return self
  }

  /// The console's first line that has `text` in it; throws a ``BootFailure`` without one.
  @discardableResult
  public func require(_ text: String) throws(BootFailure) -> String {
    guard let line = line(containing: text) else {
      throw BootFailure("no line has \(text.debugDescription)", self)
    }
    return line
  }
}

extension Outcome.Exit: CustomStringConvertible {
  /// The words that a report has for it.
  public var description: String {
    switch self {
    case .success: "the kernel reported success"
    case .failure: "the kernel reported failure"
    case .code(let value): "the kernel exited with code \(value)"
    case .stopped(.powerOff): "the machine was powered off, without a result from the kernel"
    case .stopped(.reset): "the machine was reset, without a result from the kernel"
    case .stopped(.tripleFault): "TRIPLE FAULT, without a result from the kernel"
    case .stopped(.host): "QEMU was told to end, without a result from the kernel"
    case .stopped(.unknown):
      "stopped without a result from the kernel: a power-off, a reset or a triple fault"
    case .ended: "the machine was ended because the test's body threw an error"
    case .timeLimit(let limit): "TIME LIMIT of \(limit.formattedSeconds): the machine was ended"
    case .qemu(let status, let message): "QEMU failed with status \(status): \(message)"
    }
  }
}

/// A boot that did not go as expected, with the console's end and the command to repeat it.
public struct BootFailure: Error, CustomStringConvertible {
  /// What was expected.
  public var expectation: String
  /// What came.
  public var outcome: Outcome
  /// The error that the body of ``Machine/boot(timeLimit:_:)`` threw, as it threw it.
  public var bodyError: (any Error)?

  /// A failure to meet an expectation.
  public init(_ expectation: String, _ outcome: Outcome, bodyError: (any Error)? = nil) {
    self.expectation = expectation
    self.outcome = outcome
    self.bodyError = bodyError
  }

  /// The expectation, and the outcome's report. A time limit that was reached comes first: what
  /// did not come is then due to it.
  public var description: String {
    guard case .timeLimit = outcome.exit else { return "\(expectation)\n\(outcome.report())" }
    return "\(outcome.exit)\n\(expectation)\n\(outcome.report())"
  }
}

extension Duration {
  /// Seconds with one decimal.
  var formattedSeconds: String {
    let tenths = components.seconds * 10 + components.attoseconds / 100_000_000_000_000_000
    return "\(tenths / 10).\(tenths % 10) s"
  }
}
