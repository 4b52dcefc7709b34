import Addressing
import LogReading
import Memblock
import Paging
import Replay

/// What one instance of the page's code knows: a log, the boot of its machine, and a memblock to
/// try things on.
struct Session: ~Copyable {
  private var reader: LogReader? = LogReader()
  private(set) var log = BootLog()
  private var machine: ReplayMachine?
  private var replay: BootReplay?
  private var trial: Memblock?

  /// Takes a piece of the file that is being read.
  mutating func read(_ bytes: [UInt8]) { reader?.read(bytes.span) }

  mutating func beginFile() { reader?.beginFile() }

  /// Ends the log, and says what was found: what the tool's `show --json` says, and what broke
  /// its form.
  mutating func finish(_ names: [String], _ json: inout JSONText) {
    guard let reader = reader.take() else { return }
    log = reader.finish()
    let log = self.log
    json.object { json in
      json.field("isEmpty", log.forms.isEmpty)
      json.field("isTrace", log.forms == [.trace])
      json.field("hasMap", ReplayMachine(log) != nil)
      json.field("bootCount", log.bootCount)
      json.array("lookedFor", LogForm.allCases) { $0.element($1.name) }
      json.array("problems", log.problems.prefix(10)) { json, problem in
        json.object { json in
          json.field("expected", problem.expected)
          json.line(problem.line)
        }
      }
    }
    let hasContent = !log.forms.isEmpty
    if hasContent {
      json.separate()
      log.write(to: &json, files: names)
    }
  }

  /// Boots the machine, and says what came of it: what the tool's `replay --json` says, then the
  /// operations of memblock by step, and what an engineer would point out.
  mutating func boot(commandLine: String?, largestPage: PageSize, _ json: inout JSONText) {
    guard var machine = ReplayMachine(log) else { return }
    if let commandLine { machine.commandLine = commandLine }
    machine.largestPage = largestPage
    var observer = ReplayObserver()
    observer.log.isDebug = true
    observer.log.sink = { unsafe operationText.append($0) }
    observer.stepEnded = { unsafe stepEnds.append(operationText.count) }
    let replay = BootReplay(machine, in: .sparse(machine.windowSize), observer: observer)
    replay.write(to: &json, machine)
    json.separate()
    json.object { json in
      var start = 0
      json.array("operations", unsafe stepEnds) { json, end in
        let text = unsafe String(decoding: operationText[start..<end], as: UTF8.self)
        start = end
        json.object { json in
          json.array("lines", text.split(separator: "\n")) { $0.element(String($1)) }
        }
      }
      json.array("findings", Findings(log, machine, replay).all) { json, finding in
        json.object { json in
          json.field("kind", finding.kind.rawValue)
          json.field("title", finding.kind.title)
          json.field("text", finding.text)
          json.array("lines", finding.lines) { json, line in json.object { $0.line(line) } }
        }
      }
    }
    self.machine = machine
    self.replay = replay
  }

  // MARK: The log's own operations

  /// The operations that `memblock=debug` logged.
  func operations(_ json: inout JSONText) {
    json.object { json in
      json.array("operations", log.operations) { json, operation in
        json.object { json in
          json.field("function", log.name(operation.function))
          json.field("caller", log.name(operation.caller))
          json.field("kind", "\(operation.kind.key)")
          json.hex("first", operation.first)
          json.hex("second", operation.second)
          json.field("file", Int(operation.file))
          json.field("line", Int(operation.lineNumber))
        }
      }
    }
  }

  /// Memblock's tables after the first `count` of the log's operations; for an allocation that is
  /// the next one, which gaps are tried.
  func tables(after count: Int, _ json: inout JSONText) {
    do throws(DebugLogReplay.Difference) {
      var replay = try DebugLogReplay(log, in: .sparse(1 << 40))
      try replay.run(upTo: count)
      let tables = MemblockTables(replay.memblock)
      json.object { json in
        tables.write(to: &json)
        guard count < log.operations.count, log.operations[count].kind == .allocate else { return }
        let operation = log.operations[count]
        let search = AllocationSearch(
          for: replay.request(operation),
          minimumIsPreference: !log.name(operation.function, contains: "phys_alloc"),
          in: replay.memblock)
        search.write(to: &json)
      }
    } catch {
      json.object { json in
        json.field("error", error.text)
        json.field("line", error.lineNumber)
      }
    }
  }

  // MARK: Trying things

  /// Begins with the tables after a step of the boot; `false` where a memblock that is new can't
  /// hold them.
  mutating func beginTrial(afterStep step: Int, _ json: inout JSONText) {
    guard let replay, replay.steps.indices.contains(step) else { return }
    let tables = replay.steps[step].tables
    var memblock = Memblock()
    var problem: String?
    if tables.memory.count > 128 || tables.reserved.count > 127 {
      problem =
        "This step's tables have more than the 128 regions that a memblock begins with. "
        + "Choose an earlier step."
    } else {
      do throws(MemblockError) {
        for region in tables.memory {
          try memblock.add(region.range, node: region.node, flags: region.flags)
        }
        for region in tables.reserved {
          try memblock.reserve(region.range, node: region.node, flags: region.flags)
        }
      } catch {
        problem = Self.text(error)
      }
    }
    memblock.allowResize(through: .sparse(machine?.windowSize ?? 1 << 40))
    let result = MemblockTables(memblock)
    trial = consume memblock
    json.object { json in
      json.field("error", problem)
      result.write(to: &json)
    }
  }

  /// Runs an operation on a range.
  mutating func tryRange(
    _ kind: Int, _ start: UInt64, _ size: UInt64, _ node: Int32, _ json: inout JSONText
  ) {
    guard var memblock = trial.take() else { return }
    var problem: String?
    let range = AddressRange(at: PhysicalAddress(start), size: size)
    do throws(MemblockError) {
      switch kind {
      case 0 where node >= 0: try memblock.add(range, node: NodeID(node))
      case 0: try memblock.add(range)
      case 1: try memblock.remove(range)
      case 2: try memblock.reserve(range)
      case 3: try memblock.free(range)
      case 4: try memblock.markHotplug(range)
      case 5: try memblock.markMirror(range)
      case 6: try memblock.markNoMap(range)
      default: problem = "no such operation"
      }
    } catch {
      problem = Self.text(error)
    }
    let tables = MemblockTables(memblock)
    trial = consume memblock
    json.object { json in
      json.field("error", problem)
      tables.write(to: &json)
    }
  }

  /// Allocates, and says which gaps were tried: as Linux's `memblock_phys_alloc_range` does where
  /// any node will do, and else as `memblock_alloc_try_nid_raw` or `memblock_alloc_exact_nid_raw`,
  /// to which the lower bound is a preference.
  mutating func tryAllocation(
    _ request: AllocationRequest, isBottomUp: Bool, _ json: inout JSONText
  ) {
    guard var memblock = trial.take() else { return }
    memblock.isBottomUp = isBottomUp
    let search = AllocationSearch(
      for: request, minimumIsPreference: request.node.isValid, in: memblock)
    var problem: String?
    var found: AddressRange?
    do throws(MemblockError) {
      if request.node.isValid {
        found = try memblock.allocateRaw(
          size: request.size, alignment: request.alignment, preferring: request.minimum,
          maximum: request.maximum, node: request.node, isNodeExact: request.isNodeExact)
      } else {
        found = try memblock.allocate(
          size: request.size, alignment: request.alignment, minimum: request.minimum,
          maximum: request.maximum)
      }
    } catch {
      problem = Self.text(error)
    }
    let tables = MemblockTables(memblock)
    trial = consume memblock
    json.object { json in
      json.field("error", problem)
      if let found {
        json.hex("start", found.start.value)
        json.hex("last", found.end.value &- 1)
      }
      tables.write(to: &json)
      search.write(to: &json)
    }
  }

  private static func text(_ error: MemblockError) -> String {
    var text = ErrorText()
    error.write(to: &text)
    return String(decoding: text.bytes, as: UTF8.self)
  }
}

/// An error's line.
private struct ErrorText: TextSink {
  var bytes: [UInt8] = []
  mutating func write(_ byte: UInt8) { bytes.append(byte) }
}

// What memblock's log writes goes through C function pointers, which carry nothing with them.
// SAFETY: there is one thread in WebAssembly.
nonisolated(unsafe) private var operationText: [UInt8] = []
nonisolated(unsafe) private var stepEnds: [Int] = []

extension JSONText {
  /// Where a line is and what it says, as fields.
  fileprivate mutating func line(_ line: LogLine) {
    field("file", line.file)
    field("line", line.number)
    field("text", line.text)
  }
}

extension AllocationSearch {
  /// The gaps that were tried, as the field `passes`.
  fileprivate func write(to json: inout JSONText) {
    json.array("passes", passes) { json, pass in
      json.object { json in
        json.field("title", pass.title)
        json.array("gaps", pass.gaps) { json, gap in
          json.object { json in
            json.hex("start", gap.range.start.value)
            json.hex("last", gap.range.end.value &- 1)
            json.field("node", gap.node.isValid ? Int(gap.node.value) : nil)
            json.field("reason", gap.reason)
          }
        }
      }
    }
  }
}

extension LoggedOperation.Kind {
  fileprivate var key: StaticString {
    switch self {
    case .add: "add"
    case .remove: "remove"
    case .reserve: "reserve"
    case .free: "free"
    case .addNode: "addNode"
    case .setNode: "setNode"
    case .allocate: "allocate"
    case .doubled: "doubled"
    case .other: "other"
    }
  }
}
