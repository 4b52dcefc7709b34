import ArgumentParser

/// How the tool ends.
enum ExitStatus {
  /// What was compared differs, or the system refused something.
  static let failure = ExitCode(1)
  /// What was given is not what it should be.
  static let badInput = ExitCode(2)
  /// A fault of the tool itself (`EX_SOFTWARE`).
  static let internalError: Int32 = 70
}

/// Why the tool ends: one line for standard error, and the status.
struct ToolFailure: Error {
  let message: String
  let status: ExitCode

  /// What was given is wrong; the message names the input, the place and what was expected.
  static func badInput(_ message: String) -> ToolFailure {
    ToolFailure(message: message, status: ExitStatus.badInput)
  }

  /// Something that is not the input's fault.
  static func failure(_ message: String) -> ToolFailure {
    ToolFailure(message: message, status: ExitStatus.failure)
  }
}

/// Runs a command's work; a failure is told on standard error, and ends the tool by its status.
func reportingFailures(_ work: () throws -> Void) throws {
  do {
    try work()
  } catch let failure as ToolFailure {
    StandardError.write("memblock: \(failure.message)\n")
    throw failure.status
  }
}
