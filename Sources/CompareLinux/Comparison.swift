import SerialHarness

/// Both kernels' boots of one machine, side by side.
struct Comparison: Sendable {
  var machine: ComparedMachine
  var ours: Outcome
  var linux: Outcome

  /// Linux's options for a log that has all of the early lines, at the addresses that it would
  /// have without randomisation, and nothing else that ours lacks.
  private static let linuxOptions =
    "earlyprintk=ttyS0,115200 console=ttyS0,115200 memblock=debug nokaslr panic=-1"
    + " memhp_default_state=offline ignore_loglevel"

  /// Boots both.
  static func boot(
    _ machine: ComparedMachine, from iso: String, _ logs: LinuxLogs
  ) async throws -> Comparison {
    async let linux = bootLinux(on: machine, from: iso, logs)
    // Ours tells the same in its monitor as Linux does in files.
    async let ours = outcome(of: machine, .iso(iso), "monitor \(machine.commandLine)") { session in
      for command in ["zoneinfo", "distances", "exit"] {
        try await session.prompt("> ")
        try await session.type(command + "\n")
      }
    }
    return try await Comparison(machine: machine, ours: ours, linux: linux)
  }

  private static func bootLinux(
    on machine: ComparedMachine, from iso: String, _ logs: LinuxLogs
  ) async throws -> Outcome {
    var described = machine.machine
    described.start = .iso(
      iso, loading: .linux("/boot/linux", initialRAMDisk: "/boot/initrd"))
    described.commandLine = "\(linuxOptions) \(machine.commandLine)"
    let key = try described.fingerprint()
    if let known = logs.outcome(of: key) { return known }
    let outcome = try await described.boot(timeLimit: .seconds(240))
    try logs.keep(outcome, of: key)
    return outcome
  }

  private static func outcome(
    of machine: ComparedMachine, _ start: Machine.Start, _ commandLine: String,
    _ body: @escaping @Sendable (Session) async throws -> Void = { _ in }
  ) async throws -> Outcome {
    var machine = machine.machine
    machine.start = start
    machine.commandLine = commandLine
    do {
      return try await machine.boot(timeLimit: .seconds(240), body)
    } catch let failure as BootFailure {
      // A console that ended too early is a difference, not the end of the comparison.
      return failure.outcome
    }
  }

  /// Whether Linux came as far as its first process, which tells the last things.
  var linuxReachedUserSpace: Bool { linux.exit == .success }

  /// What differs: for each aspect the lines that only one kernel has.
  func differences() -> [(aspect: Aspect, lines: [String])] {
    let ourLog = MemoryLog(lines: ours.lines)
    let linuxLog = MemoryLog(lines: linux.lines)
    return Aspect.allCases.compactMap { aspect in
      if aspect.needsUserSpace && !linuxReachedUserSpace { return nil }
      let difference = aspect.lines(of: linuxLog).difference(from: aspect.lines(of: ourLog))
      guard !difference.isEmpty else { return nil }
      return (
        aspect,
        difference.map { change in
          switch change {
          case .insert(_, let line, _): "only Linux: \(line)"
          case .remove(_, let line, _): "only ours:  \(line)"
          }
        }
      )
    }
  }
}
