import ArgumentParser
import LogReading

/// Files that hold boot logs, as commands take them.
struct LogInput: ParsableArguments {
  @Argument(help: "Boot logs of one machine; standard input where none is given, or for \"-\".")
  var files: [String] = []

  /// Reads the files to one description of a machine.
  func read() throws -> LogFiles { try LogFiles(files.isEmpty ? ["-"] : files) }
}

/// What files say about one machine.
struct LogFiles {
  let names: [String]
  let log: BootLog

  /// Reads the files as one description. What breaks its form is told on standard error.
  init(_ paths: [String]) throws {
    var reader = LogReader()
    var names: [String] = []
    for path in paths {
      let file = try InputFile(path)
      names.append(file.name)
      reader.beginFile()
      var progress = Progress(file.name)
      var bytes = 0
      try file.forEachPiece { piece in
        reader.read(piece)
        bytes += piece.count
        progress.report("\(bytes >> 20) MiB read")
      }
    }
    try self.init(names, reader.finish())
  }

  /// Reads contents that are in memory already.
  init(_ contents: [(name: String, bytes: [UInt8])]) throws {
    var reader = LogReader()
    for file in contents {
      reader.beginFile()
      reader.read(file.bytes.span)
    }
    try self.init(contents.map(\.name), reader.finish())
  }

  private init(_ names: [String], _ log: BootLog) throws {
    self.names = names
    self.log = log
    guard !log.forms.isEmpty else {
      throw ToolFailure.badInput(
        "\(names.joined(separator: ", ")): nothing here that a map of memory could be read from; "
          + "looked for\n"
          + LogForm.allCases.map { "  \($0.name)" }.joined(separator: "\n"))
    }
    if log.forms == [.trace] {
      throw ToolFailure.badInput(
        "\(names.joined(separator: ", ")): this is a trace; 'memblock trace' runs it")
    }
    reportProblems()
    if log.bootCount > 1 {
      StandardError.write(
        "memblock: \(names.last!): \(log.bootCount) boots in here; this is the last\n")
    }
  }

  /// Where a line is, as messages name it.
  func location(of line: LogLine) -> String { "\(names[line.file]):\(line.number)" }

  /// 2 where a line broke its form: what was read is shown, but it is not all.
  func throwIfIncomplete() throws {
    if log.problemCount > 0 { throw ExitStatus.badInput }
  }

  private func reportProblems() {
    for problem in log.problems.prefix(10) {
      StandardError.write(
        "memblock: \(location(of: problem.line)): \(problem.expected), found '\(problem.line.text)'\n"
      )
    }
    if log.problemCount > 10 {
      StandardError.write("memblock: and \(log.problemCount - 10) more lines like these\n")
    }
  }
}
