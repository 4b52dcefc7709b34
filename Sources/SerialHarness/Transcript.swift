/// The serial console while the machine runs: one task writes what arrives, others wait for it.
actor Transcript {
  private var console = ConsoleText()
  private var hasEnded = false
  private var waiting: [CheckedContinuation<Void, Never>] = []
  /// The next line that ``line(before:)`` returns.
  private var cursor = 0
  /// The last prompt that was awaited: its line's number and the length of what was there of it.
  private var lastPrompt = (line: -1, length: 0)

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

  /// The next line; throws ``Miss`` where none comes.
  func line(before limit: WaitLimit? = nil) async throws(Miss) -> String {
    while cursor == console.lines.count { try await change(before: limit) }
    defer { cursor += 1 }
    return console.lines[cursor]
  }

  /// Skips lines until the last one, not complete yet, is `text`, apart from what an earlier call has
  /// seen of it. Ends at a line that has one of `panics` in it.
  func prompt(
    _ text: String, panics: [String] = [], before limit: WaitLimit? = nil
  ) async throws(Miss) {
    while !isPrompt(text) {
      if cursor < console.lines.count {
        let line = console.lines[cursor]
        cursor += 1
        if panics.contains(where: line.contains) { throw .panic(line) }
      } else {
        try await change(before: limit)
      }
    }
    lastPrompt = (console.lines.count, console.lastLine.utf8.count)
    cursor = console.lines.count
  }

  private func isPrompt(_ text: String) -> Bool {
    let seen = lastPrompt.line == console.lines.count ? lastPrompt.length : 0
    return console.lastLine.utf8.dropFirst(seen).elementsEqual(text.utf8)
  }

  /// Why no text came that was awaited.
  enum Miss: Error {
    case consoleEnded
    case limitReached(Duration)
    case panic(String)
  }

  private func change(before limit: WaitLimit?) async throws(Miss) {
    if hasEnded { throw .consoleEnded }
    guard let limit else {
      await withCheckedContinuation { waiting.append($0) }
      return
    }
    guard limit.end > .now else { throw .limitReached(limit.duration) }
    let alarm = Task {
      try await Task.sleep(until: limit.end, clock: .continuous)
      self.wake()
    }
    await withCheckedContinuation { waiting.append($0) }
    alarm.cancel()
  }

  private func wake() {
    let woken = waiting
    waiting = []
    for continuation in woken { continuation.resume() }
  }
}

/// How long to wait for a text, and until when that is.
struct WaitLimit: Sendable {
  let duration: Duration
  let end: ContinuousClock.Instant

  init?(_ duration: Duration?) {
    guard let duration else { return nil }
    self.duration = duration
    end = .now + duration
  }
}
