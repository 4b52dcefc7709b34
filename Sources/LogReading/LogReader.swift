/// Finds out what a text is and reads it: boot logs of every kind, whole or in part, mixed
/// with other text.
///
/// Feed it the text in pieces of any size, then take ``finish()``'s result. Several files
/// make one description; each begins with ``beginFile()``. Where the text holds several boots
/// (a journal), the last one is kept. Memory: what the result holds, and one line.
public struct LogReader: ~Copyable {
  var log = BootLog()
  private var splitter = LineSplitter()

  /// The number of the file that is being read, and of the line in it.
  private(set) var file = -1
  private(set) var lineNumber = 0

  /// Whether the line that is being read is cut off by the end of the file.
  private(set) var isCutOff = false

  /// Whether `/proc/iomem` has been seen with an address other than 0.
  var iomemHasAddresses = false

  /// The lines that are of the trace language, and those that are of nothing known.
  private var traceLines = 0
  private var otherLines = 0

  /// Makes a reader that has read nothing.
  public init() {}

  /// Ends the file that was read until now, and begins another.
  public mutating func beginFile() {
    if file >= 0 { endFile() }
    file += 1
    lineNumber = 0
  }

  /// Takes the next piece of the file.
  public mutating func read(_ bytes: Span<UInt8>) {
    if file < 0 { beginFile() }
    var splitter = LineSplitter()
    swap(&splitter, &self.splitter)
    splitter.read(bytes) { line in readLine(line) }
    swap(&splitter, &self.splitter)
  }

  /// Ends the text, and gives what it says.
  public consuming func finish() -> BootLog {
    endFile()
    if !iomemHasAddresses, !log.map(.iomem).isEmpty {
      log.maps[MapSource.iomem.rawValue] = []
      log.lineCounts[LogForm.iomem.rawValue] = 0
    }
    if log.forms.isEmpty, traceLines > otherLines {
      log.lineCounts[LogForm.trace.rawValue] = traceLines
    }
    return log
  }

  private mutating func endFile() {
    var splitter = LineSplitter()
    swap(&splitter, &self.splitter)
    isCutOff = true
    splitter.finish { line in readLine(line) }
    isCutOff = false
  }

  private mutating func readLine(_ bytes: Span<UInt8>) {
    lineNumber += 1
    // A colour on a terminal begins with ESC.
    for index in bytes.indices where bytes[index] == 0x1b {
      let plain = Self.withoutEscapes(bytes)
      return readMessage(LineScanner(plain.span))
    }
    readMessage(LineScanner(bytes))
  }

  /// Reads a line without its colours: the message, or one that was written into it.
  private mutating func readMessage(_ message: LineScanner) {
    var line = message
    line.skipPrefixes()
    guard !line.isAtEnd else { return }
    if readForm(line) { return }
    if line.skipToStampInside() {
      line.skipPrefixes()
      if readForm(line) { return }
    }
    // So many lines tell a trace from other text.
    guard traceLines + otherLines < 4096 else { return }
    if Self.isTraceOperation(line) { traceLines += 1 } else { otherLines += 1 }
  }

  /// Reads a message of a known form; `false` where it is none.
  private mutating func readForm(_ line: LineScanner) -> Bool {
    switch line.next {
    case UInt8(ascii: "B"), UInt8(ascii: "X"), UInt8(ascii: "u"): return readMap(line)
    case UInt8(ascii: "e"), UInt8(ascii: "E"):
      return readMapEdit(line) || readEFI(line) || readHex(line)
    case UInt8(ascii: "m"): return readMemblock(line) || readMap(line)
    case UInt8(ascii: "r"): return readMemblock(line) || readMap(line)
    case UInt8(ascii: "p"), UInt8(ascii: "_"): return readMemblock(line)
    case UInt8(ascii: "M"): return readMemblock(line) || readNodes(line) || readLoader(line)
    case UInt8(ascii: "S"), UInt8(ascii: "A"): return readSRAT(line) || readHex(line)
    case UInt8(ascii: "N"), UInt8(ascii: "n"), UInt8(ascii: "D"), UInt8(ascii: "H"):
      return readNodes(line) || readHex(line)
    case UInt8(ascii: "K"), UInt8(ascii: "C"), UInt8(ascii: "L"), UInt8(ascii: "l"):
      return readGeneral(line) || readLoader(line) || readHex(line)
    case UInt8(ascii: "R"): return readGeneral(line)
    case UInt8(ascii: "b"), UInt8(ascii: "s"), UInt8(ascii: "a"):
      return readLoader(line) || readHex(line)
    case UInt8(ascii: "["): return readBracket(line)
    case 0x30...0x39: return readNodes(line) || readHex(line)
    case UInt8(ascii: "c"), UInt8(ascii: "d"), UInt8(ascii: "f"): return readHex(line)
    default: return false
    }
  }

  /// The line without its escape sequences: ESC, `[`, parameters and a letter.
  private static func withoutEscapes(_ bytes: Span<UInt8>) -> [UInt8] {
    var plain: [UInt8] = []
    var index = 0
    while index < bytes.count {
      guard bytes[index] == 0x1b else {
        plain.append(bytes[index])
        index += 1
        continue
      }
      index += 1
      guard index < bytes.count, bytes[index] == UInt8(ascii: "[") else { continue }
      index += 1
      while index < bytes.count, !(0x40...0x7e).contains(bytes[index]) { index += 1 }
      index += 1
    }
    return plain
  }
}
