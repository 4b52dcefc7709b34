import Addressing
import LogReading
import Memblock
import MemblockTrace
import Replay

/// One allocation, explained: of a `memblock=debug` log, or of the boot of a log's machine.
struct AllocationText {
  private let heading: [String]
  private let search: AllocationSearch

  /// Finds an allocation of the log by its number or by an address that it was given.
  init(_ name: String, _ files: LogFiles) throws {
    let log = files.log
    let requests = log.operations.indices.filter { log.operations[$0].kind == .allocate }
    let answers = requests.map { DebugLogReplay.answer(to: $0, in: log) }
    let number = try Self.find(name, answers)
    let index = requests[number]
    search = try Self.simulating(1 << 40, files) { window throws(DebugLogReplay.Difference) in
      var replay = try DebugLogReplay(log, in: window)
      try replay.run(upTo: index)
      return replay.search(for: index)
    }
    let operation = log.operations[index]
    heading = Self.heading(
      number, of: answers, log, operation, answers[number],
      place: "\(files.names[Int(operation.file)]):\(operation.lineNumber)")
  }

  /// The same for an allocation that the boot of a machine made.
  init(_ name: String, of boot: BootReplay, _ machine: ReplayMachine, _ files: LogFiles) throws {
    var requests: [(step: Int, count: Int, operation: LoggedOperation)] = []
    var answers: [LoggedOperation?] = []
    for (step, operations) in boot.steps.map(\.operations).enumerated() {
      for (count, start) in operations.starts.enumerated()
      where operations.log.operations[start].kind == .allocate {
        requests.append((step, count + 1, operations.log.operations[start]))
        answers.append(DebugLogReplay.answer(to: start, in: operations.log))
      }
    }
    guard !requests.isEmpty else {
      throw ToolFailure.badInput(
        "\(files.names.joined(separator: ", ")): the boot ends before anything is allocated: "
          + (boot.failure ?? "no reason is known"))
    }
    let number = try Self.find(name, answers)
    let request = requests[number]
    var found: AllocationSearch?
    search = try Self.simulating(machine.windowSize, files) {
      window throws(DebugLogReplay.Difference) in
      _ = try boot.memblock(
        after: request.count, ofStep: request.step, in: window, search: &found)
      return found!
    }
    let step = boot.steps[request.step]
    heading = Self.heading(
      number, of: answers, step.operations.log, request.operation, answers[number],
      place: "step \(request.step + 1), \(step.function)")
  }

  /// Does something in simulated memory; what differs from the log is told.
  private static func simulating(
    _ byteCount: UInt64, _ files: LogFiles,
    _ body: (PhysicalMemoryWindow) throws(DebugLogReplay.Difference) -> AllocationSearch
  ) throws -> AllocationSearch {
    guard let memory = SparseMemory(byteCount: Int(byteCount)) else {
      throw ToolFailure.failure(
        "no address space for \(Words.size(byteCount)) of simulated memory")
    }
    return try withExtendedLifetime(memory) {
      do throws(DebugLogReplay.Difference) {
        return try body(memory.window)
      } catch {
        throw ToolFailure.failure(
          "\(files.names[error.file]):\(error.lineNumber): \(error.text)")
      }
    }
  }

  private static func heading(
    _ number: Int, of answers: [LoggedOperation?], _ log: BootLog, _ operation: LoggedOperation,
    _ answer: LoggedOperation?, place: String
  ) -> [String] {
    [
      "Allocation \(number + 1) of \(answers.count), by \(log.name(operation.caller))",
      "  \(place): \(log.name(operation.function)), \(operation.first) bytes at a multiple of "
        + "0x\(String(operation.second, radix: 16))",
      "  it was given " + (answer.map { Words.range($0.first, $0.second) } ?? "nothing"),
    ]
  }

  /// The place of an allocation among those whose answers are given.
  private static func find(_ name: String, _ answers: [LoggedOperation?]) throws -> Int {
    let expected =
      "--allocation '\(name)': expected a number from 1 to \(answers.count), or an address that "
      + "an allocation was given, as 0x7ffad680"
    guard let number = TraceLine.number(Substring(name)) else {
      throw ToolFailure.badInput(expected)
    }
    if !name.hasPrefix("0x") {
      guard (1...UInt64(answers.count)).contains(number) else {
        throw ToolFailure.badInput(expected)
      }
      return Int(number) - 1
    }
    // The last one: memory may have been freed and given again.
    let found = answers.lastIndex { answer in
      guard let answer else { return false }
      return answer.first <= number && number <= answer.second
    }
    guard let found else { throw ToolFailure.badInput(expected) }
    return found
  }

  func text(_ style: Style) -> String {
    var text = style(.bold, heading[0]) + "\n" + heading.dropFirst().map { $0 + "\n" }.joined()
    for pass in search.passes {
      text += "\n" + style(.bold, "Tried \(pass.title)") + "\n"
      for gap in pass.gaps {
        let range = Words.range(gap.range.start.value, gap.range.end.value - 1)
        let size = Words.right(Words.size(gap.range.size), 10)
        let reason = gap.reason ?? style(.green, "memory is found here")
        text += "  \(range)  \(size)  \(reason)\n"
      }
      if pass.gaps.isEmpty { text += "  no gap at all\n" }
    }
    text += "\n" + (search.address.map { "Found at \(Words.hex($0.value))" } ?? "Nothing was found")
    return text + "\n"
  }
}
