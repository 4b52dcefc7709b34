import Foundation
import LogReading
import Memblock
import MemblockTrace
import Paging
import Replay
import Testing

/// The single operations of a boot's steps, run one at a time as the page does.
///
/// Memblock's log goes through C function pointers and so to globals: one test at a time.
@Suite(.serialized)
struct SingleOperationTests {
  /// Run after one another, a step's operations come to what the step came to.
  @Test(
    arguments: RecordedMachineTests.boots.map { "Boots/\($0)" }
      + RecordedMachineTests.maps.map { "Maps/\($0)" })
  func addUpToTheirStep(name: String) throws {
    let log = try RecordedMachineTests.read(name)
    for (rules, page) in [(LinuxRules.linux6_12, PageSize.oneGiB), (.linux7_3, .twoMiB)] {
      var machine = try #require(ReplayMachine(log))
      machine.commandLine = try RecordedMachineTests.commandLine(of: name)
      machine.rules = rules
      machine.largestPage = page
      let (replay, steps) = try Self.boot(machine)
      #expect(replay.failure == nil)
      var count = 0
      for index in replay.steps.indices {
        let after = replay.steps[index].tables
        let before = index > 0 ? replay.steps[index - 1].tables : MemblockTables(Memblock())
        let operations = steps[index]
        let memory = try #require(SparseMemory(byteCount: Int(machine.windowSize)))
        let tables = try withExtendedLifetime(memory) {
          var run = DebugLogReplay(operations, of: (before, after), in: memory.window)
          var last = before
          for start in DebugLogReplay.starts(in: operations) {
            #expect(run.next == start)
            try run.runNext()
            let now = MemblockTables(run.memblock)
            // Every operation of a boot but the growth of a table changes something.
            #expect(now != last || operations.operations[start].kind != .allocate)
            last = now
            count += 1
          }
          #expect(run.next == operations.operations.count)
          return MemblockTables(run.take())
        }
        // Trimming, nodes and marks have no line of their own.
        switch replay.steps[index].function {
        case "e820__memblock_setup": #expect(tables.reserved == after.reserved)
        case "initmem_init", "memblock_free_all":
          #expect(Self.joined(tables.reserved) == Self.joined(after.reserved), "\(name)")
        default: #expect(tables == after, "\(name): \(replay.steps[index].title)")
        }
      }
      #expect(count > 10)
    }
  }

  /// Which gaps an allocation tried: those of the memblock just before it.
  @Test func anAllocationFindsWhatItWasGiven() throws {
    let name = "Boots/srat-inter.tables"
    var machine = try #require(ReplayMachine(try RecordedMachineTests.read(name)))
    machine.commandLine = "movable_node"
    let (replay, steps) = try Self.boot(machine)
    var found = 0
    for index in replay.steps.indices.dropFirst() {
      let tables = (before: replay.steps[index - 1].tables, after: replay.steps[index].tables)
      let memory = try #require(SparseMemory(byteCount: Int(machine.windowSize)))
      try withExtendedLifetime(memory) {
        var run = DebugLogReplay(steps[index], of: tables, in: memory.window)
        for start in DebugLogReplay.starts(in: steps[index]) {
          if steps[index].operations[start].kind == .allocate {
            let answer = try #require(DebugLogReplay.answer(to: start, in: steps[index]))
            #expect(
              run.search(for: start).address?.value == answer.first,
              "\(replay.steps[index].title): \(steps[index].operations[start])")
            found += 1
          }
          try run.runNext()
        }
      }
    }
    #expect(found > 3)
  }

  /// What regions cover, whatever divides them.
  private static func joined(_ regions: [Region]) -> [ClosedRange<UInt64>] {
    var ranges: [ClosedRange<UInt64>] = []
    for region in regions where region.size > 0 {
      let (start, last) = (region.base.value, region.base.value + region.size - 1)
      if let end = ranges.last, end.upperBound + 1 == start {
        ranges[ranges.count - 1] = end.lowerBound...last
      } else {
        ranges.append(start...last)
      }
    }
    return ranges
  }

  /// Boots a machine; what memblock logged comes back by step.
  private static func boot(_ machine: ReplayMachine) throws -> (BootReplay, [BootLog]) {
    unsafe (text, ends) = ([], [])
    var observer = ReplayObserver()
    observer.log.isDebug = true
    observer.log.sink = { unsafe SingleOperationTests.text.append($0) }
    observer.stepEnded = {
      unsafe SingleOperationTests.ends.append(SingleOperationTests.text.count)
    }
    let memory = try #require(SparseMemory(byteCount: Int(machine.windowSize)))
    let replay = withExtendedLifetime(memory) {
      BootReplay(machine, in: memory.window, observer: observer)
    }
    var start = 0
    let logs = unsafe ends.map { end in
      var reader = LogReader()
      unsafe reader.read(text.span.extracting(start..<end))
      start = end
      return reader.finish()
    }
    return (replay, logs)
  }

  // SAFETY: the suite's tests run one after another, and nobody else knows of these.
  nonisolated(unsafe) private static var text: [UInt8] = []
  nonisolated(unsafe) private static var ends: [Int] = []
}
