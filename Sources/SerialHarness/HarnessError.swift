/// Why a machine could not be booted, or not be talked to.
public enum HarnessError: Error, Hashable, Sendable {
  /// No OVMF image at any of the paths where distributions put it.
  case noFirmware(searched: [String])
  /// Modules for a machine whose loader takes none.
  case modulesWithoutMultiboot2
  /// A command line, or a module's argument, with a line break, which no loader can pass on.
  case lineBreak(in: String)
  /// The nodes' memory does not add up to the machine's.
  case nodeMemory(nodes: MemorySize, machine: MemorySize)
  /// The console ended while some text was still awaited.
  case consoleEnded(awaiting: String)
  /// Some text did not come in the time that a call was to wait for it.
  case waitEnded(awaiting: String, limit: Duration)
  /// The kernel panicked while some text was still awaited.
  case panic(line: String, awaiting: String)
  /// QEMU refused a QMP command.
  case qmp(command: String, reason: String)
  /// QEMU ended before it answered a QMP command.
  case qmpEnded(command: String)
  /// A system call failed on a file that the harness needs.
  case file(path: String, reason: String)
}

extension HarnessError: CustomStringConvertible {
  /// One line that says what is wrong, where, and by which rule.
  public var description: String {
    switch self {
    case .noFirmware(let searched):
      "no OVMF image for UEFI: looked for \(searched.joined(separator: ", "))"
    case .modulesWithoutMultiboot2:
      "modules need a machine that starts a Multiboot2 kernel from an ISO"
    case .lineBreak(let text):
      "a line break can't be passed to a kernel: \(text.debugDescription)"
    case .nodeMemory(let nodes, let machine):
      "the nodes' memory adds up to \(nodes), the machine has \(machine)"
    case .consoleEnded(let text):
      "the console ended before it showed \(text.debugDescription)"
    case .waitEnded(let text, let limit):
      "the console did not show \(text.debugDescription) in \(limit.formattedSeconds)"
    case .panic(let line, let text):
      "the kernel panicked before it showed \(text.debugDescription): \(line)"
    case .qmp(let command, let reason):
      "QMP command \(command): \(reason)"
    case .qmpEnded(let command):
      "QMP command \(command): QEMU ended before it answered"
    case .file(let path, let reason):
      "\(path): \(reason)"
    }
  }
}

extension HarnessError {
  init(_ miss: Transcript.Miss, awaiting text: String) {
    switch miss {
    case .consoleEnded: self = .consoleEnded(awaiting: text)
    case .limitReached(let limit): self = .waitEnded(awaiting: text, limit: limit)
    case .panic(let line): self = .panic(line: line, awaiting: text)
    }
  }
}
