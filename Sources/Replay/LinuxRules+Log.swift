public import LogReading
public import Memblock

/// Which version's rules a replay follows, and how the tool and the page name them.
extension LinuxRules {
  /// The versions whose rules can be followed, by name.
  public static let versions: [(name: String, rules: LinuxRules)] = [
    ("6.12", .linux6_12), ("7.3", .linux7_3),
  ]

  /// The name of the version.
  public var version: String { Self.versions.first { $0.rules == self }?.name ?? "" }

  /// The rules of the Linux that wrote a log: those of 7.3 from 6.16 on, as far as its lines tell.
  ///
  /// - Parameter log: What the kernel logged.
  public init(of log: BootLog) {
    self = log.marksKernelReservations ? .linux7_3 : .linux6_12
  }
}
