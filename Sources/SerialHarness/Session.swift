import Subprocess

/// A machine while it runs: its serial console, and QEMU's control channel.
///
/// What waits for the console does so until the machine stops, at the latest when its time
/// limit is over.
public struct Session: Sendable {
  let transcript: Transcript
  let input: StandardInputWriter
  let control: QMP

  /// The console's next line, or none when the machine has stopped.
  public func line() async -> String? {
    await transcript.line()
  }

  /// Passes over the console up to a line that has `text` in it, and returns that line.
  @discardableResult
  public func line(containing text: String) async throws -> String {
    guard let line = await transcript.line(containing: text) else {
      throw HarnessError.consoleEnded(awaiting: text)
    }
    return line
  }

  /// Waits until the console's last line, which has no end yet, ends with `text`: a prompt.
  ///
  /// The lines before it are passed over. What is typed then completes that line.
  public func prompt(_ text: String) async throws {
    guard await transcript.prompt(text) else { throw HarnessError.consoleEnded(awaiting: text) }
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
  /// Throws ``HarnessError/qmp(command:reason:)`` with QEMU's reason where it refuses.
  @discardableResult
  public func qmp(_ command: String, _ arguments: JSON? = nil) async throws -> JSON {
    try await control.execute(command, arguments)
  }
}
