import Foundation
import SerialHarness

/// Logs of Linux's boots, kept in files: the same Linux on the same machine says the same, and
/// takes its time to.
struct LinuxLogs: Sendable {
  let folder: URL

  /// What a boot of the machine with that fingerprint showed, if it was kept.
  func outcome(of machine: String) -> Outcome? {
    guard let text = try? String(contentsOf: file(machine), encoding: .utf8) else { return nil }
    return Outcome(
      exit: .success, lines: text.components(separatedBy: "\n"), duration: .zero, command: machine)
  }

  /// Keeps a boot that went to its end.
  func keep(_ outcome: Outcome, of machine: String) throws {
    guard outcome.exit == .success else { return }
    try Data(outcome.lines.joined(separator: "\n").utf8)
      .write(to: file(machine), options: .atomic)
  }

  /// A name by the FNV-1a hash of the machine's fingerprint.
  private func file(_ machine: String) -> URL {
    let hash = machine.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { hash, byte in
      (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    return folder.appending(path: String(hash, radix: 16) + ".log")
  }
}
