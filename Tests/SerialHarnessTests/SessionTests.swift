import Foundation
import SerialHarness
import Testing

/// Real machines, but with a boot sector of their own instead of a kernel.
///
/// No time limit of the test's own: among many boots, waiting for a turn may take minutes.
@Suite(.enabled(if: BootSector.hasQEMU, "no qemu-system-x86_64 in PATH: make setup installs it"))
struct SessionTests {
  @Test func whatIsTypedArrivesAndTheExitCodeComesBack() async throws {
    let machine = try BootSector.machine()
    let outcome = try await machine.boot(timeLimit: .seconds(20)) { session in
      try await session.prompt("ready> ")
      try await session.type("code 0\n")
      #expect(await session.line() == "ready> code 0")
      #expect(await session.line() == "got it")
      #expect(await session.line() == nil)
    }
    #expect(outcome.exit == .success, "\(outcome.report())")
    #expect(outcome.lines == ["ready> code 0", "got it"])
  }

  @Test func aLineIsReadWhole() async throws {
    try await BootSector.machine().boot(timeLimit: .seconds(20)) { session in
      try await session.prompt("ready> ")
      async let line = session.line(containing: "ready> ab")
      for key in ["a", "b", "c", "0\n"] {
        try await Task.sleep(for: .milliseconds(20))
        try await session.type(key)
      }
      #expect(try await line == "ready> abc0")
    }
  }

  @Test(arguments: [("1\n", Outcome.Exit.failure), ("5\n", .code(0x15))])
  func exitCodes(typed: String, expected: Outcome.Exit) async throws {
    let outcome = try await BootSector.machine().boot(timeLimit: .seconds(20)) { session in
      try await session.prompt("ready> ")
      try await session.type(typed)
    }
    #expect(outcome.exit == expected, "\(outcome.report())")
    #expect(throws: BootFailure.self) { try outcome.check(.success) }
  }

  @Test func silenceEndsAtTheTimeLimit() async throws {
    let outcome = try await BootSector.machine().boot(timeLimit: .seconds(1))
    #expect(outcome.exit == .timeLimit(.seconds(1)))
    // What was on the console stays there, an unfinished line too.
    #expect(outcome.lines == ["ready> "])
    #expect(outcome.report().contains("TIME LIMIT of 1.0 s"))
  }

  @Test func aTripleFaultIsNoSuccess() async throws {
    // lidt with a limit of 0, then an exception: `0f 01 1e 00 06` loads from 0x600, zeros.
    let machine = try BootSector.machine(startingWith: [
      0x0f, 0x01, 0x1e, 0x00, 0x06, 0x0f, 0x0b,
    ])
    let outcome = try await machine.boot(timeLimit: .seconds(20))
    #expect(outcome.exit == .stopped)
  }

  @Test func qemuAnswersOverQMP() async throws {
    let outcome = try await BootSector.machine().boot(timeLimit: .seconds(20)) { session in
      try await session.prompt("ready> ")
      let status = try await session.qmp("query-status")
      #expect(status["status"] == "running")
      await #expect(throws: HarnessError.self) { try await session.qmp("no-such-command") }
      try await session.qmp("human-monitor-command", ["command-line": "info version"])
      try await session.qmp("quit")
    }
    #expect(outcome.exit == .stopped)
  }

  @Test func aBodyThatThrowsEndsTheMachineAndShowsItsConsole() async throws {
    let machine = try BootSector.machine()
    let failure = await #expect(throws: BootFailure.self) {
      try await machine.boot(timeLimit: .seconds(20)) { session in
        try await session.prompt("ready> ")
        try await session.type("0\n")
        try await session.line(containing: "never shown")
      }
    }
    let description = try #require(failure).description
    #expect(description.contains("the console ended before it showed \"never shown\""))
    #expect(description.contains("  | got it"))
    #expect(description.contains("to repeat: qemu-system-x86_64 -machine pc"))
  }

  @Test func aMachineThatQEMURefusesSaysWhy() async throws {
    var machine = try BootSector.machine()
    machine.arguments = ["-device", "no-such-device"]
    let outcome = try await machine.boot(timeLimit: .seconds(20))
    guard case .qemu(1, let message) = outcome.exit else {
      Issue.record("\(outcome.report())")
      return
    }
    #expect(message.contains("no-such-device"))
  }
}
