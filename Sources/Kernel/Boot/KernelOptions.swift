import Addressing
import Firmware

/// What this kernel is told by its command line beyond what Linux knows.
enum KernelOptions {
  /// The options' names, for the parser of the others.
  static var names: String { "test seed monitor BOOT_IMAGE" }

  /// `test=NAME`: the tests, or the fault, to run.
  static var test: String { "test" }

  /// `seed=N`: where random tests start.
  static var seed: String { "seed" }

  /// `monitor`: stay up at the end and take commands.
  static var monitor: String { "monitor" }
}

extension BootInformation {
  /// Calls `body` with the value of an option; with nothing where it is not given.
  func withOption<Result>(_ name: String, _ body: (RawSpan?) -> Result) -> Result {
    withBytes { bytes in
      guard
        let value = KernelCommandLine.value(of: name, in: contents.commandLine, of: bytes)
      else { return body(nil) }
      return body(bytes.extracting(value))
    }
  }
}
