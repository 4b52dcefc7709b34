public import LogReading

/// The operations of memblock in one step of a boot, as memblock logged them.
public struct StepOperations: Sendable {
  /// What was logged, as the log of a boot.
  public let log: BootLog
  /// Where each operation begins in the list of `log`.
  public let starts: [Int]
  /// The lines of each operation: one, or for an allocation the request and the reservation that
  /// answers it; a line more where a table grows.
  public let texts: [String]

  /// Reads what memblock logged.
  init(_ text: [UInt8]) {
    var reader = LogReader()
    reader.read(text.span)
    log = reader.finish()
    starts = DebugLogReplay.starts(in: log)
    let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
    let firstLines = starts.map { [log] in Int(log.operations[$0].lineNumber) - 1 }
    texts = firstLines.indices.map { index in
      let end = index + 1 < firstLines.count ? firstLines[index + 1] : lines.count
      return lines[(index == 0 ? 0 : firstLines[index])..<end].joined(separator: "\n")
    }
  }

  /// The allocations: who asked, and what was given.
  var allocations: [ReplayAllocation] {
    starts.compactMap { index in
      let operation = log.operations[index]
      guard operation.kind == .allocate, let answer = DebugLogReplay.answer(to: index, in: log)
      else { return nil }
      return ReplayAllocation(caller: log.name(operation.caller), answer)
    }
  }
}
