import Addressing
import LogReading
import Memblock
import MemblockTrace
import Replay

/// One allocation of a `memblock=debug` log, explained.
struct AllocationText {
  private let heading: [String]
  private let search: AllocationSearch

  /// Finds the allocation by its number or by an address that it was given.
  init(_ name: String, _ files: LogFiles) throws {
    let log = files.log
    let requests = log.operations.indices.filter { log.operations[$0].kind == .allocate }
    guard !requests.isEmpty else {
      throw ToolFailure.badInput(
        "\(files.names.joined(separator: ", ")): no allocations to explain; expected lines like "
          + "'memblock_alloc_try_nid: 4096 bytes align=0x40 …', which Linux logs with memblock=debug"
      )
    }
    let index = try Self.find(name, requests, log)
    let operation = log.operations[index]
    guard let memory = SparseMemory() else {
      throw ToolFailure.failure("no address space for a terabyte of simulated memory")
    }
    search = try withExtendedLifetime(memory) {
      do {
        var replay = try DebugLogReplay(log, in: memory.window)
        try replay.run(upTo: index)
        return AllocationSearch(
          for: replay.request(operation),
          minimumIsPreference: !log.name(operation.function, contains: "phys_alloc"),
          in: replay.memblock)
      } catch let difference as DebugLogReplay.Difference {
        throw ToolFailure.failure(
          "\(files.names[difference.file]):\(difference.lineNumber): \(difference.text)")
      }
    }
    let number = requests.firstIndex(of: index)! + 1
    let answer = DebugLogReplay.answer(to: index, in: log)
    heading = [
      "Allocation \(number) of \(requests.count), by \(log.name(operation.caller))",
      "  \(files.names[Int(operation.file)]):\(operation.lineNumber): "
        + "\(log.name(operation.function)), \(operation.first) bytes at a multiple of "
        + "0x\(String(operation.second, radix: 16))",
      "  Linux was given "
        + (answer.map { Words.range($0.first, $0.second) } ?? "nothing"),
    ]
  }

  private static func find(_ name: String, _ requests: [Int], _ log: BootLog) throws -> Int {
    let expected =
      "--allocation '\(name)': expected a number from 1 to \(requests.count), or an address that "
      + "an allocation of the log was given, as 0x7ffad680"
    guard let number = TraceLine.number(Substring(name)) else {
      throw ToolFailure.badInput(expected)
    }
    if !name.hasPrefix("0x") {
      guard (1...UInt64(requests.count)).contains(number) else {
        throw ToolFailure.badInput(expected)
      }
      return requests[Int(number) - 1]
    }
    // The last one: memory may have been freed and given again.
    let found = requests.last { index in
      guard let answer = DebugLogReplay.answer(to: index, in: log) else { return false }
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
