public import LogReading
public import Memblock

/// Which version's rules a replay follows, and how the tool and the page name them.
extension LinuxRules {
  /// The versions whose rules can be followed, by name.
  public static let versions: [(name: String, rules: LinuxRules)] = [
    ("6.12", .linux6_12), ("7.3", .linux7_3),
  ]

  /// Their names, for a message: `6.12 or 7.3`.
  public static var versionNames: String { versions.map { $0.name }.joined(separator: " or ") }

  /// The name of the version.
  public var version: String { Self.versions.first { $0.rules == self }?.name ?? "" }

  /// The rules of the Linux that wrote a log: those of 7.3 from 6.16 on. Where the log doesn't say
  /// which it was, those of 7.3 if it has lines that older ones don't write, else those of 6.12.
  ///
  /// - Parameter log: What the kernel logged.
  public init(of log: BootLog) {
    guard let text = log.kernelVersion?.text.split(separator: " ").first else {
      self = log.marksKernelReservations ? .linux7_3 : .linux6_12
      return
    }
    let parts = text.split(separator: ".", maxSplits: 2).map { part in
      Int(part.prefix { $0.isASCII && $0.isNumber }) ?? 0
    }
    let (major, minor) = (parts.first ?? 0, parts.count > 1 ? parts[1] : 0)
    self = (major, minor) < (6, 16) ? .linux6_12 : .linux7_3
  }
}
