import SerialHarness
import Testing

/// What is to be seen on a framebuffer, as UEFI has one.
@Suite(KernelUnderTest.isAvailable)
struct ScreenTests {
  // Spleen's shapes of two characters, from their first row with ink.
  private let promptSign: [UInt8] = [0x60, 0x30, 0x18, 0x0c, 0x06, 0x06, 0x0c, 0x18, 0x30, 0x60]
  private let capitalU: [UInt8] = Array(repeating: 0xc6, count: 9) + [0x7e]

  private func ink(_ cell: [UInt8]) -> [UInt8] {
    Array(cell.drop { $0 == 0 }.reversed().drop { $0 == 0 }.reversed())
  }

  @Test func theScreenScrollsAndEndsWithThePrompt() async throws {
    var machine = try KernelUnderTest.machine("monitor")
    machine.firmware = .uefi
    let outcome = try await machine.boot(timeLimit: .seconds(60)) { session in
      try await session.prompt("> ")
      let atFirst = try await session.screenshot()
      let last = atFirst.lastRow
      try #require(last > 0)
      #expect(ink(atFirst.cell(column: 0, row: last)) == promptSign)
      #expect(ink(atFirst.cell(column: 0, row: last - 1)) == capitalU)
      #expect((1..<atFirst.columns).allSatisfy { atFirst.isBlank(column: $0, row: last) })

      // What is typed and erased leaves nothing behind.
      try await session.type("xyz\u{8}\u{8}\u{8}\n")
      try await session.prompt("> ")
      let erased = try await session.screenshot()
      for row in [erased.lastRow - 1, erased.lastRow] {
        #expect(ink(erased.cell(column: 0, row: row)) == promptSign)
        #expect((1..<erased.columns).allSatisfy { erased.isBlank(column: $0, row: row) })
      }

      // More lines than there are rows: the prompt is still the last one, with nothing below it.
      try await session.type("log\n")
      try await session.line(containing: "---- end of log ----")
      try await session.prompt("> ")
      let scrolled = try await session.screenshot()
      let end = scrolled.lastRow
      #expect(ink(scrolled.cell(column: 0, row: end)) == promptSign)
      #expect((1..<scrolled.columns).allSatisfy { scrolled.isBlank(column: $0, row: end) })
      #expect(!scrolled.isBlank(row: end - 1) && !scrolled.isBlank(row: 0))
      try await session.type("exit\n")
    }
    try outcome.check(.success)
  }

  /// Screen and keyboard are all that there is: the console's other end is COM2, which nobody uses.
  @Test(arguments: [Machine.Firmware.bios, .uefi])
  func withoutASerialPort(firmware: Machine.Firmware) async throws {
    var machine = try KernelUnderTest.machine("monitor")
    machine.firmware = firmware
    machine.arguments = ["-serial", "none"]
    let outcome = try await machine.boot(timeLimit: .seconds(60)) { session in
      /// Waits until the last row is a prompt, below a row.
      func prompt(below row: Int) async throws -> Int {
        while true {
          let shot = try await session.screenshot()
          if shot.lastRow > row, ink(shot.cell(column: 0, row: shot.lastRow)) == promptSign {
            return shot.lastRow
          }
        }
      }
      func type(_ keys: [String]) async throws {
        for key in keys {
          try await session.qmp(
            "human-monitor-command", ["command-line": .string("sendkey \(key)")])
          try await Task.sleep(for: .milliseconds(200))
        }
      }
      let first = try await prompt(below: 0)
      let up = try await session.screenshot()
      #expect(ink(up.cell(column: 0, row: first - 1)) == capitalU)
      try await type(["h", "e", "a", "p", "ret"])
      #expect(try await prompt(below: first) > first + 1)
      try await type(["e", "x", "i", "t", "ret"])
    }
    try outcome.check(.success)
    #expect(!outcome.lines.contains { $0.contains("Step") })
  }
}
