/// The serial console while the machine runs: one task writes what arrives, others wait for it.
actor Transcript {
  private var console = ConsoleText()
  private var hasEnded = false
  private var waiting: [CheckedContinuation<Void, Never>] = []
  /// The next line that ``line()`` returns.
  private var cursor = 0

  /// All complete lines so far.
  var lines: [String] { console.lines }

  func append(_ bytes: [UInt8]) {
    console.append(bytes)
    wake()
  }

  func finish() {
    console.finish()
    hasEnded = true
    wake()
  }

  /// The next line, or none when the console has ended.
  func line() async -> String? {
    while cursor == console.lines.count {
      if hasEnded { return nil }
      await change()
    }
    defer { cursor += 1 }
    return console.lines[cursor]
  }

  /// Passes over lines up to one with `text` in it, and returns that line.
  ///
  /// A line that is not complete, as a prompt, is enough; it is then read again.
  func line(containing text: String) async -> String? {
    while true {
      while cursor < console.lines.count {
        defer { cursor += 1 }
        if console.lines[cursor].contains(text) { return console.lines[cursor] }
      }
      if console.lastLine.contains(text) { return console.lastLine }
      if hasEnded { return nil }
      await change()
    }
  }

  private func change() async {
    await withCheckedContinuation { waiting.append($0) }
  }

  private func wake() {
    let woken = waiting
    waiting = []
    for continuation in woken { continuation.resume() }
  }
}
