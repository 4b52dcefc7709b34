import Subprocess

#if !HostTools
  #error(
    """
    SerialHarness needs the trait HostTools: depend on the package with \
    traits: ["HostTools"], or build it in its own folder
    """)
#endif

extension Machine {
  /// Boots the machine in QEMU and returns when it has stopped.
  ///
  /// At most two machines run at once; further calls wait for their turn, which their time limit
  /// does not count.
  ///
  /// - Parameters:
  ///   - timeLimit: How long the machine may run. It is then ended, and the outcome says so.
  ///   - body: What to do while it runs: await lines, type, ask QEMU. The machine runs on when
  ///     `body` returns, and is ended when it throws.
  /// - Throws: ``BootFailure`` with the console's end where `body` throws; ``HarnessError`` where
  ///   the machine can't be started.
  @discardableResult
  public func boot(
    timeLimit: Duration = .seconds(60),
    _ body: @escaping @Sendable (Session) async throws -> Void = { _ in }
  ) async throws -> Outcome {
    let folder = try BootFolder()
    let arguments = try await withAccelerator().arguments(in: folder)
    await BootSlots.shared.acquire()
    do {
      let outcome = try await run(arguments, folder, timeLimit: timeLimit, body)
      await BootSlots.shared.release()
      return outcome
    } catch {
      await BootSlots.shared.release()
      throw error
    }
  }

  /// QEMU's arguments, with the machine's files in that folder.
  func arguments(in folder: BootFolder) throws(HarnessError) -> [String] {
    try arguments(
      with: MachineFiles(for: self) { name, content throws(HarnessError) in
        try folder.write(name, content)
      })
  }

  private static func command(_ arguments: [String]) -> String {
    shellCommand([program] + arguments + ["-serial", "stdio"])
  }

  static let program = "qemu-system-x86_64"

  private func run(
    _ arguments: [String], _ folder: BootFolder, timeLimit: Duration,
    _ body: @escaping @Sendable (Session) async throws -> Void
  ) async throws -> Outcome {
    let control = try QMP()
    let transcript = Transcript()
    let start = ContinuousClock.now
    let panicTexts = panicTexts

    let result = try await Subprocess.run(
      .name(Self.program),
      arguments: Arguments(
        Self.resetLog(in: folder) + arguments + ["-serial", "stdio"] + control.arguments),
      input: .inputWriter, output: .sequence, error: .sequence
    ) { execution in
      let timer = Task {
        try await Task.sleep(for: timeLimit)
        try? execution.send(signal: .kill)
      }
      let conversation = Task {
        do {
          try await body(
            Session(
              transcript: transcript, input: execution.standardInputWriter, control: control,
              panics: panicTexts))
        } catch {
          try? execution.send(signal: .terminate)
          throw error
        }
      }
      let messages = Task { try await Self.text(of: execution.standardError) }
      for try await buffer in execution.standardOutput {
        await transcript.append(Self.bytes(of: buffer))
      }
      await control.machineStopped()
      await transcript.finish()
      let conversationResult = await conversation.result
      timer.cancel()
      return (
        conversation: conversationResult,
        messages: try await messages.value,
        isLate: start.duration(to: .now) >= timeLimit
      )
    }
    let shutdownReason = await control.shutdownReason
    await control.close()

    let closing = result.closureResult
    let outcome = Outcome(
      exit: Self.exit(
        result.terminationStatus, messages: closing.messages,
        timeLimit: closing.isLate ? timeLimit : nil,
        stop: Outcome.Stop(shutdownReason, log: folder.text(of: Self.resetLogName))),
      lines: await transcript.lines,
      duration: start.duration(to: .now),
      command: Self.command(arguments), folder: folder)
    guard case .failure(let error) = closing.conversation else { return outcome }
    var failure = BootFailure("\(error)", outcome, bodyError: error)
    if case .stopped(.host) = outcome.exit { failure.outcome.exit = .ended }
    throw failure
  }

  private static let resetLogName = "resets.log"

  /// QEMU names a reset and a triple fault alike over its control channel; only this log tells
  /// them apart. It stands before the machine's own arguments: whoever gives another log gets it.
  private static func resetLog(in folder: BootFolder) -> [String] {
    ["-d", "cpu_reset", "-D", folder.path(of: resetLogName)]
  }

  static func exit(
    _ status: TerminationStatus, messages: String, timeLimit: Duration?,
    stop: Outcome.Stop = .unknown
  ) -> Outcome.Exit {
    switch (status, timeLimit) {
    case (.signaled, let limit?): .timeLimit(limit)
    case (.signaled(let signal), nil): .qemu(status: 128 + signal, message: messages)
    case (.exited(0), _): .stopped(stop)
    case (.exited(33), _): .success
    case (.exited(35), _): .failure
    // QEMU's own errors end with 1, which a kernel's code 0 would be too.
    case (.exited(let code), _) where code & 1 == 1 && code != 1: .code(UInt8(code >> 1))
    case (.exited(let code), _): .qemu(status: code, message: messages)
    }
  }

  private static func text(of sequence: SubprocessOutputSequence) async throws -> String {
    var collected: [UInt8] = []
    for try await buffer in sequence { collected += bytes(of: buffer) }
    return String(decoding: collected, as: UTF8.self)
  }

  static func bytes(of buffer: SubprocessOutputSequence.Buffer) -> [UInt8] {
    let span = buffer.bytes
    // SAFETY: every byte offset of a span is within its bounds.
    return span.byteOffsets.map { unsafe span.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
  }
}

extension Outcome.Stop {
  /// Reads the reason in QEMU's event `SHUTDOWN`, and its log of resets.
  init(_ reason: String?, log: String) {
    switch reason {
    case "guest-shutdown": self = .powerOff
    case "guest-reset": self = log.contains("Triple fault") ? .tripleFault : .reset
    case "host-qmp-quit", "host-qmp-system-reset", "host-signal", "host-ui": self = .host
    default: self = .unknown
    }
  }
}
