import SerialHarness
import Testing

/// The kernel's monitor at a terminal.
@Suite(KernelUnderTest.isAvailable)
struct MonitorTests {
  private func machine() throws -> Machine {
    var machine = try KernelUnderTest.directMachine("monitor")
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
      try await session.line(containing: "free blocks by node, zone and order")
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

  @Test func theTabulatorCompletesCommands() async throws {
    let outcome = try await machine().boot(timeLimit: .seconds(30)) { session in
      try await session.prompt("> ")
      try await session.type("ti\t\n")
      try await session.line(containing: "page tables of the kernel's own")
      try await session.prompt("> ")
      // Two begin with these letters, and both are shown.
      try await session.type("he\t")
      try await session.line(containing: "help  heap")
      try await session.type("a\t\n")
      try await session.line(containing: " small blocks (")
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

  /// A PC's firmware has set up the keyboard; what starts a kernel by its PVH entry has not.
  @Test func theKeyboardTypesToo() async throws {
    var machine = try KernelUnderTest.machine("monitor")
    machine.memory = .mebibytes(128)
    let outcome = try await machine.boot(timeLimit: .seconds(30)) { session in
      try await session.prompt("> ")
      for key in ["a", "shift-b", "left", "backspace", "z", "ret"] {
        let codes = key.split(separator: "-").map {
          JSON.object(["type": "qcode", "data": .string(String($0))])
        }
        try await session.qmp("send-key", ["keys": .array(codes)])
        // A key is held for 100 ms.
        try await Task.sleep(for: .milliseconds(150))
      }
      try await session.line(containing: "no such command: zB;")
      try await session.prompt("> ")
      try await session.type("exit\n")
    }
    try outcome.check(.success)
  }

  @Test func theDateIsThatOfTheClock() async throws {
    var machine = try machine()
    machine.arguments += ["-rtc", "base=2024-02-29T23:59:30"]
    let outcome = try await machine.boot(timeLimit: .seconds(30)) { session in
      try await session.prompt("> ")
      try await session.type("date\n")
      let date = try await session.expect(#/(2024-0\d-\d\d) \d\d:\d\d:\d\d/#).1
      #expect(date == "2024-02-29" || date == "2024-03-01")
      try await session.type("exit\n")
    }
    try outcome.check(.success)
  }

  @Test func processorsAreListed() async throws {
    var machine = try machine()
    machine.processorCount = 3
    let outcome = try await machine.boot(timeLimit: .seconds(30)) { session in
      try await session.prompt("> ")
      try await session.type("processors\n")
      try await session.line(containing: "processor 0: local APIC 0, runs this")
      // It may be on its way to wait still.
      try await session.expect(#/processor 2: local APIC 2, (?:waits|works)/#)
      try await session.type("exit\n")
    }
    try outcome.check(.success)
  }

  /// The tables of the hand-over have what the last dump before it had, and more reservations.
  @Test func memblocksTablesAreThere() async throws {
    var machine = try machine()
    machine.memory = .mebibytes(128)
    let outcome = try await machine.boot(timeLimit: .seconds(30)) { session in
      try await session.prompt("> ")
      try await session.type("memblock\n")
      try await session.prompt("> ")
      try await session.type("exit\n")
    }
    try outcome.check(.success)
    let dumps = MemoryLog(lines: outcome.lines).dumps
    try #require(dumps.count >= 2)
    #expect(
      dumps[dumps.count - 1].memory.map(\.range) == dumps[dumps.count - 2].memory.map(\.range))
    #expect(dumps[dumps.count - 1].reservedSize > dumps[dumps.count - 2].reservedSize)
    #expect(
      dumps[dumps.count - 1].reserved.reduce(0) { $0 + $1.range.byteCount }
        == dumps[dumps.count - 1].reservedSize)
  }
}
