import SerialHarness

/// What a start came to.
enum Verdict: Sendable {
  /// The kernel reported success or failure, with a line, as the case expects.
  case reported(Outcome)
  /// Anything else, and what is wrong with it.
  case finding(String, Outcome?)
}

extension StartCase {
  /// How long a start may take: a tenth of a second is usual.
  static let timeLimit = Duration.seconds(30)

  /// Starts the machine and judges how it ended.
  func run(_ kernel: KernelELF) async -> Verdict {
    let request = rest(of: "at-prompt")
    do {
      let machine = try machine(starting: kernel)
      let outcome = try await machine.boot(timeLimit: Self.timeLimit) { session in
        guard let request else { return }
        try await session.prompt("> ")
        try await session.monitor(request)
      }
      return judge(outcome)
    } catch let failure as BootFailure {
      return .finding(failure.expectation, failure.outcome)
    } catch {
      return .finding("\(error)", nil)
    }
  }

  /// Holds an outcome against the rule, and against the case's lines `expect`.
  func judge(_ outcome: Outcome) -> Verdict {
    guard outcome.exit == .success || outcome.exit == .failure else {
      return .finding("\(outcome.exit)", outcome)
    }
    guard outcome.lines.contains(where: { !$0.isEmpty }) else {
      return .finding("a silent end: \(outcome.exit)", outcome)
    }
    for words in operands(of: "expect") {
      let exit = words.first == "success" ? Outcome.Exit.success : .failure
      let text = words.dropFirst().joined(separator: " ")
      guard outcome.exit == exit, text.isEmpty || outcome.line(containing: text) != nil else {
        return .finding("expected: \(words.joined(separator: " "))", outcome)
      }
    }
    return .reported(outcome)
  }
}
