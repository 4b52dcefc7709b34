import Subprocess

/// A machine while it runs: its serial console, and QEMU's control channel.
///
/// What waits for the console does so until the machine stops, at the latest when its time
/// limit is over; or for as long as the call says. What was awaited once is consumed: the next
/// call looks at what comes behind it.
public struct Session: Sendable {
  let transcript: Transcript
  let input: StandardInputWriter
  let control: QMP
  /// The texts by which a line says that the kernel has panicked.
  let panics: [String]

  /// The console's next line, or none when the machine has stopped.
  public func line() async -> String? {
    try? await transcript.line()
  }

  /// Passes over the console up to a line that has `text` in it, and returns that line.
  ///
  /// - Throws: ``HarnessError`` where the console ends, the time `limit` is over or the kernel
  ///   panics first.
  @discardableResult
  public func line(
    containing text: String, within limit: Duration? = nil
  ) async throws -> String {
    try await next(text, limit) { $0.contains(text) ? $0 : nil }
  }

  /// Passes over the console up to a line that a regular expression matches, and returns the
  /// match.
  ///
  /// ```swift
  /// let free = try await session.expect(#/free: (\d+) KiB/#, within: .seconds(5)).1
  /// ```
  /// - Throws: As ``line(containing:within:)``.
  @discardableResult
  public func expect<Output>(
    _ pattern: Regex<Output>, within limit: Duration? = nil
  ) async throws -> Regex<Output>.Match {
    try await next("a match of a regular expression", limit) { $0.firstMatch(of: pattern) }
  }

  private func next<Result>(
    _ awaited: String, _ duration: Duration?, _ find: (String) -> Result?
  ) async throws -> Result {
    let limit = WaitLimit(duration)
    do {
      while true {
        let line = try await transcript.line(before: limit)
        if let result = find(line) { return result }
        if panics.contains(where: line.contains) { throw Transcript.Miss.panic(line) }
      }
    } catch let miss as Transcript.Miss {
      throw await error(miss, awaited)
    }
  }

  /// A panic may still print what belongs to it: until nothing comes for half a second.
  private func error(_ miss: Transcript.Miss, _ awaited: String) async -> HarnessError {
    if case .panic = miss {
      while (try? await transcript.line(before: WaitLimit(.milliseconds(500)))) != nil {}
    }
    return HarnessError(miss, awaiting: awaited)
  }

  /// Waits until the console's last line, which has no end yet, is `text`: a prompt.
  ///
  /// All of the line counts: one that is still being printed may end with the same characters. The
  /// lines before it are skipped. What is typed then completes that line. A prompt that was awaited
  /// already does not count again; what follows it on its line may be awaited by itself.
  public func prompt(_ text: String, within limit: Duration? = nil) async throws {
    do {
      try await transcript.prompt(text, panics: panics, before: WaitLimit(limit))
    } catch {
      throw await self.error(error, text)
    }
  }

  /// Types into the console. A line that the machine is to act on ends with `\n`, sent as the
  /// carriage return that the Return key is.
  public func type(_ text: String) async throws {
    let keys = text.utf8.map { $0 == UInt8(ascii: "\n") ? UInt8(ascii: "\r") : $0 }
    _ = try await input.write(keys)
  }

  /// Has QEMU execute a QMP command, and returns its answer.
  ///
  /// ```swift
  /// let status = try await session.qmp("query-status")
  /// ```
  /// Throws ``HarnessError/qmp(command:reason:)`` with QEMU's reason where it refuses, and
  /// ``HarnessError/qmpEnded(command:)`` where QEMU ends first.
  @discardableResult
  public func qmp(_ command: String, _ arguments: JSON? = nil) async throws -> JSON {
    try await control.execute(command, arguments)
  }

  /// Resets the machine, as its button does: memory stays as it is, and the machine starts again. From
  /// then on it starts again too where it resets itself, which ends the boot otherwise.
  public func reset() async throws {
    try await restartsAfterReset()
    try await qmp("system_reset")
  }

  /// Has the machine start again where it resets itself.
  public func restartsAfterReset() async throws {
    try await qmp("set-action", ["reboot": "reset"])
  }

  /// Has QEMU's monitor execute a line, as a person would type it: `nmi`, say.
  ///
  /// A machine that ends because of it is no error: QEMU may then be gone before it answers.
  public func monitor(_ line: String) async throws {
    do {
      try await qmp("human-monitor-command", ["command-line": .string(line)])
    } catch HarnessError.qmpEnded {}
  }
}
