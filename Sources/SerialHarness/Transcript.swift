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
  func line(containing text: String) async -> String? {
    while let line = await line() {
      if line.contains(text) { return line }
    }
    return nil
  }

  /// Passes over lines until the last one, not complete yet, ends with `text`.
  func prompt(_ text: String) async -> Bool {
    while !console.lastLine.hasSuffix(text) {
      if hasEnded { return false }
      await change()
    }
    cursor = console.lines.count
    return true
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
