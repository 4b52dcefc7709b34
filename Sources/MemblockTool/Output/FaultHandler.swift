#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The last resort where a fault of ours would end the tool by a signal: it says where it
/// was and ends with a status. Output is written line by line, so that none is lost.
enum FaultHandler {
  /// The line of the input that is being run; 0 outside of a run.
  // SAFETY: an aligned word, written by the only thread, read by a handler on that thread.
  nonisolated(unsafe) static var currentLine = 0

  /// Takes over the signals of traps and wild accesses, and lets writes to a closed pipe fail.
  static func install() {
    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] {
      // The handler calls nothing but write(2) and _exit(2), on memory of its own.
      _ = signal(number) { number in
        FaultHandler.report("memblock: internal error (signal ", Int(number))
        if unsafe FaultHandler.currentLine > 0 {
          unsafe FaultHandler.report(") at line ", FaultHandler.currentLine)
          FaultHandler.report(" of the input; the results of the lines before are written\n", nil)
        } else {
          FaultHandler.report(")\n", nil)
        }
        _exit(ExitStatus.internalError)
      }
    }
    _ = signal(SIGPIPE, SIG_IGN)
  }

  /// Writes a text and a number without a heap, which may be what is broken.
  private static func report(_ text: StaticString, _ number: Int?) {
    // SAFETY: the literal's own bytes.
    unsafe _ = write(2, text.utf8Start, text.utf8CodeUnitCount)
    guard let number else { return }
    var power = 1
    while number / power >= 10 { power *= 10 }
    while power > 0 {
      var digit = UInt8(ascii: "0") + UInt8(number / power % 10)
      // SAFETY: one byte, on this stack.
      unsafe _ = write(2, &digit, 1)
      power /= 10
    }
  }
}
