import SerialHarness
import Testing

/// The kernel's monitor at a terminal.
@Suite(KernelUnderTest.isThere)
struct MonitorTests {
  private func machine() throws -> Machine {
    var machine = try KernelUnderTest.machine("monitor")
    machine.memory = .mebibytes(128)
    return machine
  }

  /// The port keeps what is typed until the monitor reads it.
  @Test func whatIsTypedDuringTheBootIsKept() async throws {
    let outcome = try await machine().boot(timeLimit: .seconds(30)) { session in
      try await session.line(containing: "swift-memblock, loaded by")
      try await session.type("help\n")
      try await session.line(containing: "Up. Type help")
      try await session.line(containing: "> help")
      try await session.line(containing: "buddyinfo  free blocks")
      try await session.prompt("> ")
      try await session.type("exit\n")
    }
    try outcome.check(.success)
  }

  @Test func arrowKeysEditAndBringLinesBack() async throws {
    let outcome = try await machine().boot(timeLimit: .seconds(30)) { session in
      try await session.prompt("> ")
      // Home, Delete, End.
      try await session.type("xone-one\u{1b}[H\u{1b}[3~\u{1b}OF\n")
      try await session.line(containing: "no such command: one-one;")
      try await session.prompt("> ")
      try await session.type("two\u{1b}[D\u{1b}[DT\n")
      try await session.line(containing: "no such command: tTwo;")
      try await session.prompt("> ")
      try await session.type("\u{1b}[A\u{1b}[A\n")
      try await session.line(containing: "no such command: one-one;")
      try await session.prompt("> ")
      try await session.type("exit\n")
    }
    try outcome.check(.success)
  }

  @Test func theLogIsShownBetweenItsLines() async throws {
    let outcome = try await machine().boot(timeLimit: .seconds(30)) { session in
      for _ in 0..<2 {
        try await session.prompt("> ")
        try await session.type("log\n")
        try await session.line(containing: "---- log, 0 bytes lost before ----")
        try await session.line(containing: "Kernel command line: ")
        try await session.line(containing: "---- end of log ----")
      }
      try await session.prompt("> ")
      try await session.type("exit\n")
    }
    try outcome.check(.success)
    // Once as it was printed, and once for each command: the log does not log itself.
    #expect(outcome.lines.filter { $0.contains("Kernel command line: ") }.count == 3)
  }
}
