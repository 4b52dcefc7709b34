import Addressing
import Foundation
import LogReading
import Memblock
import MemblockTrace
import Replay
import Testing

/// Every machine that was recorded, booted by the kernel's own steps on what its log says.
struct RecordedMachineTests {
  private static let data = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "FirmwareTests/Data")

  static let boots = names("Boots", ".tables")
  static let maps = names("Maps", ".txt").filter { !$0.contains("srat") }

  private static func names(_ folder: String, _ ending: String) -> [String] {
    let all = try? FileManager.default.contentsOfDirectory(
      atPath: data.appending(path: folder).path)
    return (all ?? []).filter { $0.hasSuffix(ending) }.sorted()
  }

  /// What files say, as one log.
  static func read(_ files: String...) throws -> BootLog {
    var reader = LogReader()
    for file in files {
      reader.beginFile()
      reader.read([UInt8](try Data(contentsOf: data.appending(path: file))).span)
    }
    return reader.finish()
  }

  /// The command line that a recorded boot had; of a map none is known.
  static func commandLine(of name: String) throws -> String {
    guard name.hasSuffix(".tables") else { return "" }
    let machine = try String(
      contentsOf: data.appending(path: name.replacing(".tables", with: ".machine")),
      encoding: .utf8)
    let line = machine.split(separator: "\n").first { $0.hasPrefix("cmdline ") }
    return String(line?.dropFirst(8) ?? "")
  }

  private static func boot(_ log: BootLog, commandLine: String = "") throws -> BootReplay {
    let memory = try #require(SparseMemory())
    var machine = try #require(ReplayMachine(log))
    machine.commandLine = commandLine
    return withExtendedLifetime(memory) { BootReplay(machine, in: memory.window) }
  }

  @Test func allAreThere() {
    #expect(Self.boots.count >= 30 && Self.maps.count == 14)
  }

  /// Linux's own tables and lines, from the same log, are what the replay comes to.
  @Test(arguments: boots)
  func equalsLinux(name: String) throws {
    let log = try Self.read("Boots/\(name)")
    #expect(log.problemCount == 0 && log.dumps.count == 2)
    let replay = try Self.boot(log, commandLine: try Self.commandLine(of: "Boots/\(name)"))
    #expect(replay.failure == nil)
    for (title, dump) in zip(["RAM is handed to memblock", "Nodes are found"], log.dumps) {
      let step = try #require(replay.steps.first { $0.title == title })
      #expect(step.tables.memory.map(Self.text) == dump.memory.map(Self.text))
      #expect(step.tables.memorySize == dump.memorySize)
    }
    // Later, Linux and the kernel here take memory for different things.
    let taken = try #require(replay.steps.first { $0.title == "RAM is handed to memblock" })
    #expect(taken.tables.reserved.map(Self.text) == log.dumps[0].reserved.map(Self.text))
    let text = try String(contentsOf: Self.data.appending(path: "Boots/\(name)"), encoding: .utf8)
    let lines = text.split(separator: "\n").map(String.init)
    let ranges = lines.filter {
      $0.hasPrefix("  node ") || $0.hasPrefix("  DMA") || $0.hasPrefix("  Normal")
    }
    #expect(!ranges.isEmpty)
    #expect(
      replay.zoneLines.filter {
        $0.hasPrefix("  node ") || $0.hasPrefix("  DMA") || $0.hasPrefix("  Normal")
      } == ranges)
  }

  /// A machine of which there is only a map comes to what the kernel's own tests expect.
  @Test(arguments: maps)
  func equalsExpectation(name: String) throws {
    let replay = try Self.boot(try Self.read("Maps/\(name)"))
    #expect(replay.failure == nil)
    let expected = try String(
      contentsOf: Self.data.appending(path: "Maps/\(name)".replacing(".txt", with: ".expected")),
      encoding: .utf8)
    let lines = expected.split(separator: "\n").map(String.init)
    #expect(replay.zoneLines == lines.filter { !$0.hasPrefix(" memory") })
    let step = try #require(replay.steps.first { $0.title == "Nodes are found" })
    #expect(step.tables.memory.count == lines.count { $0.hasPrefix(" memory[") })
    // All that is free has arrived: the buddy lines add up to it.
    let blocks = replay.buddyLines.map { line in
      line.split(separator: " ").dropFirst(4).enumerated()
        .reduce(0) { $0 + (UInt64($1.element) ?? 0) << UInt64($1.offset) }
    }
    #expect(blocks.reduce(0, +) == replay.freedFrames && replay.freedFrames > 0)
  }

  @Test func fourNodeServer() throws {
    let log = try Self.read(
      "Maps/quanta-qssc-s4r-4node-128g.txt", "Maps/quanta-qssc-s4r-4node-srat.txt")
    let replay = try Self.boot(log)
    #expect(replay.failure == nil)
    let ranges = replay.zoneLines.filter { $0.hasPrefix("  node ") }
    #expect(ranges.count == log.nodeRanges.count && ranges.count == 6)
    for (line, range) in zip(ranges, log.nodeRanges) {
      #expect(
        line.contains("node   \(range.node): ") && line.contains(String(range.start, radix: 16)))
    }
  }

  private static func text(_ region: Region) -> String {
    let node = region.node.isValid ? Int(region.node.value) : nil
    return "\(region.base.value) \(region.size) \(node as Int?) \(region.flags.rawValue)"
  }

  private static func text(_ region: LoggedRegion) -> String {
    "\(region.start) \(region.last - region.start + 1) \(region.node as Int?) \(region.flags)"
  }
}
