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
      let replay = try Self.boot(machine)
      #expect(replay.failure == nil)
      var count = 0
      for index in replay.steps.indices {
        let after = replay.steps[index].tables
        let before = index > 0 ? replay.steps[index - 1].tables : MemblockTables(Memblock())
        let operations = replay.steps[index].operations
        let memory = try #require(SparseMemory(byteCount: Int(machine.windowSize)))
        let tables = try withExtendedLifetime(memory) {
          var run = DebugLogReplay(operations.log, of: (before, after), in: memory.window)
          var last = before
          for start in operations.starts {
            #expect(run.next == start)
            try run.runNext()
            let now = MemblockTables(run.memblock)
            // Every operation of a boot but the growth of a table changes something.
            #expect(now != last || operations.log.operations[start].kind != .allocate)
            last = now
            count += 1
          }
          #expect(run.next == operations.log.operations.count)
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
    let replay = try Self.boot(machine)
    var found = 0
    for (index, step) in replay.steps.enumerated() {
      let memory = try #require(SparseMemory(byteCount: Int(machine.windowSize)))
      for (count, start) in step.operations.starts.enumerated()
      where step.operations.log.operations[start].kind == .allocate {
        let answer = try #require(DebugLogReplay.answer(to: start, in: step.operations.log))
        var search: AllocationSearch?
        _ = try withExtendedLifetime(memory) {
          try replay.memblock(
            after: count + 1, ofStep: index, in: memory.window, search: &search
          ).reservedSize
        }
        #expect(search?.address?.value == answer.first, "\(step.title)")
        found += 1
      }
    }
    #expect(replay.allocations.count == found)
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

  private static func boot(_ machine: ReplayMachine) throws -> BootReplay {
    let recorder = ReplayRecorder(
      sink: { unsafe SingleOperationTests.text.append($0) },
      take: {
        defer { unsafe SingleOperationTests.text = [] }
        return unsafe SingleOperationTests.text
      })
    let memory = try #require(SparseMemory(byteCount: Int(machine.windowSize)))
    return withExtendedLifetime(memory) {
      BootReplay(machine, in: memory.window, recorder: recorder)
    }
  }

  // SAFETY: the suite's tests run one after another, and nobody else knows of this.
  nonisolated(unsafe) private static var text: [UInt8] = []
}
