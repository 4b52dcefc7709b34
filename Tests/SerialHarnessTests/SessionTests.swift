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
    #expect(outcome.exit == .stopped(.tripleFault))
  }

  @Test func aResetIsNoTripleFault() async throws {
    // mov al, 0xfe; out 0x64, al: the keyboard controller pulls the reset line.
    let machine = try BootSector.machine(startingWith: [0xb0, 0xfe, 0xe6, 0x64, 0xf4])
    let outcome = try await machine.boot(timeLimit: .seconds(20))
    #expect(outcome.exit == .stopped(.reset))
  }

  @Test func aPowerOffIsNoReset() async throws {
    // PM1a_CNT of the i440FX's power management, where SeaBIOS puts it: SLP_EN with type 0.
    // mov dx, 0x604; mov ax, 0x2000; out dx, ax.
    let machine = try BootSector.machine(startingWith: [
      0xba, 0x04, 0x06, 0xb8, 0x00, 0x20, 0xef, 0xf4,
    ])
    let outcome = try await machine.boot(timeLimit: .seconds(20))
    #expect(outcome.exit == .stopped(.powerOff))
  }

  @Test func qemuAnswersOverQMP() async throws {
    let outcome = try await BootSector.machine().boot(timeLimit: .seconds(20)) { session in
      try await session.prompt("ready> ")
      let status = try await session.qmp("query-status")
      #expect(status["status"] == "running")
      await #expect(throws: HarnessError.self) { try await session.qmp("no-such-command") }
      try await session.monitor("info version")
      try await session.qmp("quit")
    }
    #expect(outcome.exit == .stopped(.host))
  }

  @Test func aLineForTheMonitorMayEndTheMachine() async throws {
    let outcome = try await BootSector.machine().boot(timeLimit: .seconds(20)) { session in
      try await session.prompt("ready> ")
      try await session.monitor("quit")
      // The channel is gone for good by the time that the console has ended.
      await #expect(throws: HarnessError.self) { try await session.prompt("never") }
      await #expect(throws: HarnessError.qmpEnded(command: "query-status")) {
        try await session.qmp("query-status")
      }
      try await session.monitor("info version")
    }
    #expect(outcome.exit == .stopped(.host))
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

  private struct OwnError: Error, Equatable {}

  @Test func aBodysOwnErrorIsKept() async throws {
    let machine = try BootSector.machine()
    let failure = await #expect(throws: BootFailure.self) {
      try await machine.boot(timeLimit: .seconds(20)) { session in
        try await session.prompt("ready> ")
        throw OwnError()
      }
    }
    let found = try #require(failure)
    #expect(found.bodyError is OwnError)
    #expect(found.outcome.exit == .ended)
    #expect(found.description.hasPrefix("OwnError()\nthe machine was ended because"))
  }

  @Test func aHangIsReportedAsTheTimeLimitFirst() async throws {
    let machine = try BootSector.machine()
    let failure = await #expect(throws: BootFailure.self) {
      try await machine.boot(timeLimit: .seconds(1)) { session in
        try await session.line(containing: "never shown")
      }
    }
    #expect(try #require(failure).description.hasPrefix("TIME LIMIT of 1.0 s"))
  }

  @Test func aWaitHasALimitOfItsOwn() async throws {
    let machine = try BootSector.machine()
    let failure = await #expect(throws: BootFailure.self) {
      try await machine.boot(timeLimit: .seconds(20)) { session in
        try await session.prompt("ready> ")
        try await session.expect(#/never shown/#, within: .milliseconds(100))
      }
    }
    guard case .waitEnded(_, .milliseconds(100)) = try #require(failure).bodyError as? HarnessError
    else {
      Issue.record("\(String(describing: failure))")
      return
    }
  }

  @Test func aPromptIsAwaitedAnew() async throws {
    let machine = try BootSector.machine()
    let outcome = try await machine.boot(timeLimit: .seconds(20)) { session in
      try await session.prompt("ready> ")
      await #expect(throws: HarnessError.waitEnded(awaiting: "> ", limit: .milliseconds(100))) {
        try await session.prompt("> ", within: .milliseconds(100))
      }
      try await session.type("> 0")
      try await session.prompt("> 0", within: .seconds(10))
      try await session.type("\n")
    }
    try outcome.check(.success)
  }

  /// A line that is still being printed may end with a prompt's characters: ` ==> `, say.
  @Test func aPromptIsAllOfItsLine() async throws {
    let machine = try BootSector.machine()
    let outcome = try await machine.boot(timeLimit: .seconds(20)) { session in
      try await session.prompt("ready> ")
      try await session.type("==> ")
      await #expect(throws: HarnessError.waitEnded(awaiting: "> ", limit: .milliseconds(500))) {
        try await session.prompt("> ", within: .milliseconds(500))
      }
      try await session.prompt("==> ", within: .seconds(10))
      try await session.type("0\n")
    }
    try outcome.check(.success)
  }

  @Test func aPanicEndsTheWaitAtOnce() async throws {
    var machine = try BootSector.machine()
    machine.panicTexts = ["got it"]
    let failure = await #expect(throws: BootFailure.self) {
      try await machine.boot(timeLimit: .seconds(20)) { session in
        try await session.prompt("ready> ")
        try await session.type("0\n")
        try await session.expect(#/never shown/#)
      }
    }
    let error = try #require(failure).bodyError as? HarnessError
    #expect(
      error == .panic(line: "got it", awaiting: "a match of a regular expression"))
  }

  @Test func theFilesOfABootAreRemovedUnlessItsReportNamesThem() async throws {
    var machine = try BootSector.machine()
    machine.acpiTables = [Machine.ACPITable("TEST", body: [1, 2, 3])]
    var outcome: Outcome? = try await machine.boot(timeLimit: .milliseconds(300))
    let command = try #require(outcome).command
    let table = String(try #require(command.firstMatch(of: #/data=(\S+)/#)).1)
    #expect(FileManager.default.fileExists(atPath: table))
    outcome = nil
    #expect(!FileManager.default.fileExists(atPath: table))

    outcome = try await machine.boot(timeLimit: .seconds(5))
    let report = try #require(outcome).report()
    let log = String(try #require(report.firstMatch(of: #/whole console: (\S+)/#)).1)
    outcome = nil
    #expect(try String(contentsOfFile: log, encoding: .utf8) == "ready> \n")
    try FileManager.default.removeItem(
      at: URL(filePath: log).deletingLastPathComponent())
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
