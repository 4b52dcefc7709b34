import SystemPackage

/// QEMU's control channel, over a pair of named pipes.
///
/// The protocol is QMP: a greeting, then a line of JSON for each command, each answer and each
/// event. The first command is in the pipe before QEMU starts, because events come only after it.
actor QMP {
  private nonisolated let base: FilePath
  private let output: FileDescriptor
  private let input: FileDescriptor
  private var received: [UInt8] = []
  /// How many answers are still to come to commands whose sender has not waited for them.
  private var unclaimedAnswers = 1
  /// Answers that have arrived and that no sender has fetched yet.
  private var answers: [JSON] = []
  private var hasStopped = false
  /// Why the machine was shut down, as QEMU names it: `guest-reset`, say.
  private(set) var shutdownReason: String?

  /// Makes the pipes; QEMU is then given ``arguments``.
  init() throws {
    base = TemporaryFolder.path.appending("qmp-\(TemporaryFolder.uniqueName())")
    let (inPath, outPath) = (FilePath(base.string + ".in"), FilePath(base.string + ".out"))
    try TemporaryFolder.makePipe(inPath)
    try TemporaryFolder.makePipe(outPath)
    output = try FileDescriptor.open(outPath, .readOnly, options: .nonBlocking)
    // To write only is refused while nobody reads.
    input = try FileDescriptor.open(inPath, .readWrite, options: .nonBlocking)
    try input.writeAll(JSON.object(["execute": "qmp_capabilities"]).line())
  }

  nonisolated var arguments: [String] {
    ["-chardev", "pipe,id=qmp,path=\(base)", "-mon", "chardev=qmp,mode=control"]
  }

  /// Sends a command, and returns what QEMU answers.
  func execute(_ command: String, _ arguments: JSON?) async throws -> JSON {
    try await send(command, arguments)
  }

  /// Says that QEMU is gone: what it has sent is all that comes.
  func machineStopped() {
    hasStopped = true
    while let message = try? nextMessage() { record(message) }
  }

  /// Closes and removes the pipes.
  func close() {
    try? input.close()
    try? output.close()
    TemporaryFolder.remove(FilePath(base.string + ".in"))
    TemporaryFolder.remove(FilePath(base.string + ".out"))
  }

  private func send(_ command: String, _ arguments: JSON?) async throws -> JSON {
    var request: [String: JSON] = ["execute": .string(command)]
    request["arguments"] = arguments
    try input.writeAll(JSON.object(request).line())
    while answers.isEmpty {
      if let message = try nextMessage() {
        record(message)
      } else if hasStopped {
        throw HarnessError.qmpEnded(command: command)
      } else {
        // The pipes are polled: a thread blocked on one could not be called off.
        try await Task.sleep(for: .milliseconds(2))
      }
    }
    let answer = answers.removeFirst()
    if let result = answer["return"] { return result }
    throw HarnessError.qmp(
      command: command, reason: answer["error"]?["desc"]?.string ?? "\(answer)")
  }

  /// Keeps what an event says, and an answer that a sender waits for.
  private func record(_ message: JSON) {
    if message["event"] == "SHUTDOWN" {
      shutdownReason = message["data"]?["reason"]?.string
    }
    guard message["return"] != nil || message["error"] != nil else { return }
    if unclaimedAnswers == 0 { answers.append(message) } else { unclaimedAnswers -= 1 }
  }

  /// The next line that has arrived, or none.
  private func nextMessage() throws -> JSON? {
    while true {
      if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
        defer { received.removeSubrange(...end) }
        return try JSON(line: Array(received[..<end]))
      }
      var buffer = [UInt8](repeating: 0, count: 4096)
      do {
        let count = try unsafe buffer.withUnsafeMutableBytes {
          // SAFETY: the buffer outlives the call, which writes within its bounds.
          try unsafe output.read(into: $0)
        }
        guard count > 0 else { return nil }
        received += buffer[..<count]
      } catch Errno.resourceTemporarilyUnavailable {
        return nil
      }
    }
  }
}
