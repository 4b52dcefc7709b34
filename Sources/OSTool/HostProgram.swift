import Foundation
import Subprocess
import SystemPackage

/// Programs of this computer, which the commands start.
enum HostProgram {
  /// The first of some names that is a program on the path: its name differs between systems.
  static func find(_ names: String...) throws(OSError) -> String {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    for name in names {
      for folder in folders
      where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
        return "\(folder)/\(name)"
      }
    }
    throw OSError(
      "not found on the path: \(names.joined(separator: " or ")); "
        + "'Set-up' in swift-memblock's CONTRIBUTING.md says what to install")
  }

  /// Runs a program on this process's own terminal, or whatever its input and output are.
  ///
  /// - Returns: The program's exit status; 128 and the signal's number where a signal ended it.
  static func run(
    _ program: String, _ arguments: [String], environment: Environment = .inherit
  ) async throws -> Int32 {
    let result = try await Subprocess.run(
      executable(program), arguments: Arguments(arguments), environment: environment,
      input: .currentStandardInput, output: .currentStandardOutput, error: .currentStandardError)
    return status(result.terminationStatus)
  }

  /// Runs a program that prints what it does to standard error.
  ///
  /// - Throws: An error with the program's name and status unless that is 0.
  static func report(
    _ program: String, _ arguments: [String], environment: Environment = .inherit
  ) async throws {
    let result = try await Subprocess.run(
      executable(program), arguments: Arguments(arguments), environment: environment,
      input: .none, output: .currentStandardError, error: .currentStandardError)
    let status = status(result.terminationStatus)
    guard status == 0 else { throw OSError("\(program) failed with status \(status)") }
  }

  /// What a program prints to standard output; what it prints to standard error is shown if it
  /// fails.
  static func output(
    of program: String, _ arguments: [String], environment: Environment = .inherit
  ) async throws -> String {
    let result = try await Subprocess.run(
      executable(program), arguments: Arguments(arguments), environment: environment,
      input: .none, output: .string(limit: 1 << 24), error: .string(limit: 1 << 20))
    let status = status(result.terminationStatus)
    guard status == 0 else {
      throw OSError("\(program) failed with status \(status): \(result.standardError)")
    }
    return result.standardOutput
  }

  private static func executable(_ program: String) -> Executable {
    program.contains("/") ? .path(FilePath(program)) : .name(program)
  }

  private static func status(_ status: TerminationStatus) -> Int32 {
    switch status {
    case .exited(let code): code
    case .signaled(let signal): 128 + signal
    }
  }
}
