import Subprocess

extension Machine {
  /// Boots the machine with its serial console on this process's own terminal, and returns when
  /// it has stopped. Ctrl-A X ends it from the keyboard, Ctrl-A C talks to QEMU.
  ///
  /// - Returns: How the machine stopped; its console is not kept.
  public func runOnTerminal() async throws -> Outcome.Exit {
    let folder = try BootFolder()
    defer { withExtendedLifetime(folder) {} }
    let arguments = try await withAccelerator().arguments(in: folder)
    let result = try await Subprocess.run(
      .name(Self.program), arguments: Arguments(arguments + ["-serial", "mon:stdio"]),
      input: .currentStandardInput, output: .currentStandardOutput, error: .currentStandardError)
    return Self.exit(result.terminationStatus, messages: "", timeLimit: nil)
  }

  /// The words of the command that boots the machine, QEMU's name first: by the translator, if nothing
  /// else is said. The files that they name are kept for a day.
  ///
  /// - Parameter serial: What QEMU is to do with the serial line, in QEMU's words.
  public func command(serial: String) throws(HarnessError) -> [String] {
    let folder = try BootFolder()
    folder.keep()
    return [Self.program] + (try arguments(in: folder)) + ["-serial", serial]
  }
}
