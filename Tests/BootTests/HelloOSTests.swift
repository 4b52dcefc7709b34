import Foundation
import SerialHarness
import Testing

/// The ISO of the example.
enum HelloISO {
  static let path = ProcessInfo.processInfo.environment["MEMBLOCK_HELLO_ISO"]

  static let isAvailable = ConditionTrait.enabled(
    if: path != nil, "no MEMBLOCK_HELLO_ISO: this runs by 'make test', which builds it")
}

/// The operating system of the tutorial, whose ISO `make test` gives.
@Suite(HelloISO.isAvailable)
struct HelloOSTests {
  @Test(arguments: Machine.Firmware.allCases)
  func itReportsTicksAndEchoes(firmware: Machine.Firmware) async throws {
    var machine = Machine(testing: .iso(try #require(HelloISO.path)))
    machine.firmware = firmware
    machine.memory = .mebibytes(256)
    machine.modules = [Machine.Module(Array("a file".utf8), argument: "file")]
    let outcome = try await machine.boot(timeLimit: .seconds(90)) { session in
      let total = try await session.expect(#/HelloOS: \d+ of (\d+) MiB are free/#).1
      #expect(try #require(Int(total)) > 230)
      try await session.line(containing: ", with 1 modules")
      let ticks = try await session.expect(#/(\d+) ticks of 10 ms in (\d+) ms/#)
      let count = try #require(Int(ticks.1)), milliseconds = try #require(Int(ticks.2))
      #expect((milliseconds / 10 - 2...milliseconds / 10).contains(count))
      try await session.line(containing: "type, and q to end")
      // By the serial port, and by the keyboard.
      try await session.type("x")
      try await session.line(containing: "you typed x")
      for key in ["y", "x"] {
        try await session.qmp(
          "send-key", ["keys": .array([.object(["type": "qcode", "data": .string(key)])])])
        try await session.line(containing: "you typed \(key)")
      }
      try await session.type("q")
      try await session.line(containing: "x: 2 times")
      try await session.line(containing: "y: 1 times")
    }
    try outcome.check(.success)
  }
}
