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
    let arguments = try self.arguments(with: MachineFiles(for: self))
    await BootSlots.shared.acquire()
    do {
      let outcome = try await run(arguments, timeLimit: timeLimit, body)
      await BootSlots.shared.release()
      return outcome
    } catch {
      await BootSlots.shared.release()
      throw error
    }
  }

  /// The command that boots the machine with its console on the terminal, for a shell.
  public func command() throws(HarnessError) -> String {
    Self.command(try arguments(with: MachineFiles(for: self)))
  }

  private static func command(_ arguments: [String]) -> String {
    shellCommand([program] + arguments + ["-serial", "stdio"])
  }

  static let program = "qemu-system-x86_64"

  private func run(
    _ arguments: [String], timeLimit: Duration,
    _ body: @escaping @Sendable (Session) async throws -> Void
  ) async throws -> Outcome {
    let control = try QMP()
    let transcript = Transcript()
    let start = ContinuousClock.now

    let result = try await Subprocess.run(
      .name(Self.program),
      arguments: Arguments(arguments + ["-serial", "stdio"] + control.arguments),
      input: .inputWriter, output: .sequence, error: .sequence
    ) { execution in
      let end: @Sendable () -> Void = { try? execution.send(signal: .kill) }
      let timer = Task {
        try await Task.sleep(for: timeLimit)
        end()
      }
      let conversation = Task {
        do {
          try await body(
            Session(transcript: transcript, input: execution.standardInputWriter, control: control))
        } catch {
          end()
          throw error
        }
      }
      let messages = Task { try await Self.text(of: execution.standardError) }
      for try await buffer in execution.standardOutput {
        await transcript.append(Self.bytes(of: buffer))
      }
      await transcript.finish()
      let conversationResult = await conversation.result
      timer.cancel()
      return (
        conversation: conversationResult,
        messages: try await messages.value,
        isLate: start.duration(to: .now) >= timeLimit
      )
    }
    await control.close()

    let closing = result.closureResult
    let outcome = Outcome(
      exit: Self.exit(
        result.terminationStatus, messages: closing.messages,
        timeLimit: closing.isLate ? timeLimit : nil),
      lines: await transcript.lines,
      duration: start.duration(to: .now),
      command: Self.command(arguments))
    if case .failure(let error) = closing.conversation {
      throw BootFailure("\(error)", outcome)
    }
    return outcome
  }

  static func exit(
    _ status: TerminationStatus, messages: String, timeLimit: Duration?
  ) -> Outcome.Exit {
    switch (status, timeLimit) {
    case (.signaled, let limit?): .timeLimit(limit)
    case (.signaled(let signal), nil): .qemu(status: 128 + signal, message: messages)
    case (.exited(0), _): .stopped
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

  private static func bytes(of buffer: SubprocessOutputSequence.Buffer) -> [UInt8] {
    let span = buffer.bytes
    // SAFETY: every byte offset of a span is within its bounds.
    return span.byteOffsets.map { unsafe span.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
  }
}
