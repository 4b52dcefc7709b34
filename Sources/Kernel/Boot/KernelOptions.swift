import Addressing
import Firmware

/// The options of this kernel's command line that KernelCommandLine does not parse.
enum KernelOptions {
  /// The options' names, for the parser of the others.
  static var names: String {
    "test seed rounds monitor maxcpus idle la57 loglevel quiet BOOT_IMAGE"
  }

  /// `maxcpus=N`: use at most N processors; Linux's.
  static var processorLimit: String { "maxcpus" }

  /// `idle=`: `halt`, `nomwait` or, as Linux once had it, `mwait`.
  static var idle: String { "idle" }

  /// `loglevel=N`: show lines of levels below N; `quiet`: as `loglevel=4`. Linux's.
  static var consoleLevel: String { "loglevel" }
  static var quiet: String { "quiet" }

  /// `la57`: page tables of five levels, where the processor can have them.
  static var fiveLevels: String { "la57" }

  /// `monitor`: stay up at the end and take commands.
  static var monitor: String { "monitor" }
}

extension BootInformation {
  /// Whether an option is given, with a value or without.
  func hasOption(_ name: String) -> Bool { withOption(name) { $0 != nil } }

  /// An option's value as a number; `nil` where it is not given or is none.
  package func number(of name: String) -> UInt64? {
    withOption(name) { value in
      guard let value else { return nil }
      return KernelCommandLine.number(value)
    }
  }

  /// Calls `body` with the value of an option; with nothing where it is not given.
  package func withOption<Result>(_ name: String, _ body: (RawSpan?) -> Result) -> Result {
    guard let line = contents.commandLine else { return body(nil) }
    return line.withBytes { body(KernelCommandLine.value(of: name, in: $0)) }
  }
}
