import Foundation
import LogReading
import MemblockTrace
import Replay
import Testing

/// Logs with wrong bytes in them: whatever they say then, it is read, booted and explained
/// without a trap.
struct MutatedLogTests {
  private struct Numbers {
    var state: UInt64
    mutating func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
  }

  private static let tests = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test(arguments: [
    "MemblockToolTests/Data/linux-6.12-numa2.log", "FirmwareTests/Data/Boots/srat-inter.tables",
    "FirmwareTests/Data/Boots/memmap-multi.tables",
    "FirmwareTests/Data/Maps/x86-16node-12tib-srat-and-node-ranges.txt",
    "FirmwareTests/Data/Maps/thinkpad-t400.txt",
  ])
  func nothingTraps(name: String) throws {
    let original = [UInt8](try Data(contentsOf: Self.tests.appending(path: name)))
    let alphabet = Array("0123456789abcdefff000]-[x \n".utf8)
    var numbers = Numbers(state: 20_261_124)
    var booted = 0
    for _ in 0..<60 {
      var bytes = original
      for _ in 0..<1 + numbers.below(40) {
        let place = numbers.below(bytes.count)
        bytes[place] = alphabet[numbers.below(alphabet.count)]
      }
      var reader = LogReader()
      reader.read(bytes.span)
      let log = reader.finish()
      guard let machine = ReplayMachine(log) else { continue }
      let memory = try #require(SparseMemory())
      withExtendedLifetime(memory) {
        let replay = BootReplay(machine, in: memory.window)
        let findings = Findings(log, machine, replay)
        #expect(findings.all.allSatisfy { !$0.text.isEmpty })
        booted += replay.failure == nil ? 1 : 0
        // A difference is what is to be expected here.
        if var debug = try? DebugLogReplay(log, in: memory.window) { try? debug.runAll() }
      }
    }
    #expect(booted > 0)
  }
}
