import SystemPackage

/// QEMU's control channel, over a pair of named pipes.
///
/// The protocol is QMP: a greeting, then a line of JSON for each command and each answer.
/// Events in between are passed over.
actor QMP {
  private let base: FilePath
  private var output: FileDescriptor?
  private var input: FileDescriptor?
  private var received: [UInt8] = []

  /// Makes the pipes; QEMU is then given ``arguments``.
  init() throws(HarnessError) {
    base = TemporaryFolder.path.appending("qmp-\(TemporaryFolder.uniqueName())")
    try TemporaryFolder.makePipe(FilePath(base.string + ".in"))
    try TemporaryFolder.makePipe(FilePath(base.string + ".out"))
  }

  nonisolated var arguments: [String] {
    ["-chardev", "pipe,id=qmp,path=\(base)", "-mon", "chardev=qmp,mode=control"]
  }

  /// Sends a command, and returns what QEMU answers.
  func execute(_ command: String, _ arguments: JSON?) async throws -> JSON {
    if input == nil { try await open() }
    return try await send(command, arguments)
  }

  /// Closes and removes the pipes.
  func close() {
    try? input?.close()
    try? output?.close()
    TemporaryFolder.remove(FilePath(base.string + ".in"))
    TemporaryFolder.remove(FilePath(base.string + ".out"))
  }

  private func open() async throws {
    output = try FileDescriptor.open(
      FilePath(base.string + ".out"), .readOnly, options: .nonBlocking)
    // Writing has no reader, and so fails, until QEMU has opened its end.
    while input == nil {
      do {
        input = try FileDescriptor.open(
          FilePath(base.string + ".in"), .writeOnly, options: .nonBlocking)
      } catch Errno.noSuchAddressOrDevice {
        try await pause()
      }
    }
    _ = try await receive("greeting")
    _ = try await send("qmp_capabilities", nil)
  }

  private func send(_ command: String, _ arguments: JSON?) async throws -> JSON {
    var request: [String: JSON] = ["execute": .string(command)]
    request["arguments"] = arguments
    try input?.writeAll(JSON.object(request).line())
    while true {
      let answer = try await receive(command)
      if let result = answer["return"] { return result }
      if let error = answer["error"] {
        throw HarnessError.qmp(command: command, reason: error["desc"]?.string ?? "\(error)")
      }
    }
  }

  private func receive(_ command: String) async throws -> JSON {
    while true {
      if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
        defer { received.removeSubrange(...end) }
        return try JSON(line: Array(received[..<end]))
      }
      guard let output else { throw HarnessError.qmp(command: command, reason: "closed") }
      var buffer = [UInt8](repeating: 0, count: 4096)
      do {
        let count = try unsafe buffer.withUnsafeMutableBytes {
          // SAFETY: the buffer outlives the call, which writes within its bounds.
          try unsafe output.read(into: $0)
        }
        guard count > 0 else {
          throw HarnessError.qmp(command: command, reason: "QEMU has closed the channel")
        }
        received += buffer[..<count]
      } catch Errno.resourceTemporarilyUnavailable {
        try await pause()
      }
    }
  }

  /// The pipes are polled: a thread blocked on one could not be called off.
  private func pause() async throws {
    try await Task.sleep(for: .milliseconds(2))
  }
}
