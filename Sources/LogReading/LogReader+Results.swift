/// What the readers of single lines leave behind.
extension LogReader {
  /// The line as it is kept beside what was read from it.
  func kept(_ line: LineScanner) -> LogLine {
    LogLine(
      file: file, number: lineNumber,
      text: String(line.bytes.extracting(line.position..<line.bytes.count)))
  }

  /// Counts a line of that form. Always `true`.
  @discardableResult
  mutating func count(_ form: LogForm) -> Bool {
    log.lineCounts[form.rawValue] += 1
    return true
  }

  /// Notes that the line claims to be of a form and is not, unless it is only cut off. Always
  /// `true`: the line is no other.
  mutating func note(_ expected: String, in line: LineScanner) -> Bool {
    guard !isCutOff else { return true }
    log.problemCount += 1
    if log.problems.count < 1000 {
      log.problems.append(LogProblem(line: kept(line), expected: expected))
    }
    return true
  }

  /// Begins another boot where this one has said something about memory already.
  mutating func beginBoot() {
    guard log.firmwareSource != nil || !log.dumps.isEmpty || !log.operations.isEmpty else { return }
    let count = log.bootCount
    let problems = (log.problems, log.problemCount)
    log = BootLog()
    log.bootCount = count + 1
    (log.problems, log.problemCount) = problems
  }

  /// Whether the line's first word is one of the trace language's that nothing else begins
  /// with, and a number or nothing follows.
  static func isTraceOperation(_ line: LineScanner) -> Bool {
    var rest = line
    let isOperation =
      rest.skip("#") || rest.skip("add") || rest.skip("reserve") || rest.skip("remove")
      || rest.skip("free") || rest.skip("alloc") || rest.skip("phys_alloc")
      || rest.skip("try_nid") || rest.skip("exact_nid") || rest.skip("mark_")
      || rest.skip("clear_") || rest.skip("set_node") || rest.skip("trim") || rest.skip("limit")
      || rest.skip("resize") || rest.skip("dump") || rest.skip("hash") || rest.skip("reset")
      || rest.skip("bottom_up") || rest.skip("is_") || rest.skip("overlaps_")
    guard isOperation else { return false }
    while rest.next == UInt8(ascii: "_") || rest.next | 0x20 >= 0x61 && rest.next != 0x7c {
      rest.position += 1
    }
    return rest.isAtEnd || rest.next == 0x20
  }
}
