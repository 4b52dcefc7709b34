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

  /// Boots the machine, and says what came of it: what the tool's `replay --json` says, then what an
  /// engineer would point out.
  mutating func boot(
    commandLine: String?, largestPage: PageSize, rules: String, _ json: inout JSONText
  ) {
    guard var machine = ReplayMachine(log) else { return }
    if let commandLine { machine.commandLine = commandLine }
    machine.largestPage = largestPage
    if let version = LinuxRules.versions.first(where: { $0.name == rules }) {
      machine.rules = version.rules
    }
    let recorder = ReplayRecorder(
      sink: { unsafe operationText.append($0) },
      take: {
        defer { unsafe operationText.removeAll(keepingCapacity: true) }
        return unsafe operationText
      })
    let replay = BootReplay(machine, in: .sparse(machine.windowSize), recorder: recorder)
    replay.write(to: &json, machine)
    json.separate()
    json.object { json in
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

  // MARK: Single operations

  /// The operations that `memblock=debug` logged, from the first dump on.
  func operations(_ json: inout JSONText) {
    json.object { json in
      json.array("operations", loggedStarts) { json, index in
        let operation = log.operations[index]
        json.object { json in
          json.field("function", log.name(operation.function))
          json.field("caller", log.name(operation.caller))
          let given =
            operation.kind == .allocate
            ? DebugLogReplay.answer(to: index, in: log) : operation
          if let given {
            json.hex("start", given.first)
            json.hex("last", given.second)
          }
          json.field("file", Int(operation.file))
          json.field("line", Int(operation.lineNumber))
        }
      }
    }
  }

  /// Memblock's tables after the first `count` operations of a step of the boot, or of the log for
  /// step −1; and where the last of them allocates, which gaps it tried.
  func tables(ofStep step: Int, after count: Int, _ json: inout JSONText) {
    json.object { json in
      do throws(DebugLogReplay.Difference) {
        var search: AllocationSearch?
        let memblock = try memblock(ofStep: step, after: count, &search)
        MemblockTables(memblock).write(to: &json)
        search?.write(to: &json)
      } catch {
        json.field("error", "line \(error.lineNumber): \(error.text)")
      }
    }
  }

  /// The operations of the log that are run, by their numbers there.
  private var loggedStarts: [Int] {
    let first = log.dumps.first?.operationsBefore ?? 0
    return DebugLogReplay.starts(in: log).filter { $0 >= first }
  }

  private func memblock(
    ofStep step: Int, after count: Int, _ search: inout AllocationSearch?
  ) throws(DebugLogReplay.Difference) -> Memblock {
    guard let replay, replay.steps.indices.contains(step) else {
      var operations = try DebugLogReplay(log, in: .sparse(1 << 40))
      search = try operations.run(loggedStarts.prefix(max(count, 0)))
      return operations.take()
    }
    return try replay.memblock(
      after: count < 0 ? nil : count, ofStep: step, in: .sparse(machine?.windowSize ?? 1 << 40),
      search: &search)
  }

  // MARK: Trying things

  /// Begins with the tables after `count` operations of a step of the boot, or after all of it
  /// where `count` is negative; step −1 is the log's own operations.
  mutating func beginTrial(afterStep step: Int, _ count: Int, _ json: inout JSONText) {
    json.object { json in
      do throws(DebugLogReplay.Difference) {
        var search: AllocationSearch?
        let memblock = try memblock(ofStep: step, after: count, &search)
        MemblockTables(memblock).write(to: &json)
        trial = consume memblock
      } catch {
        json.field("error", "line \(error.lineNumber): \(error.text)")
      }
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
