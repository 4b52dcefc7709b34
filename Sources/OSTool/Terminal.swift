#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The terminal that a command was started on.
enum Terminal {
  /// Whether standard input is one.
  static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 }
}
