/// A machine that is up: what was found in it, and what it can do.
///
/// What is not used costs nothing: interrupt controllers, clocks and the keyboard are started
/// when they are first used.
public struct BootedMachine {
  package let information: BootInformation

  /// The screen that the console is on.
  let screen: BootScreen?

  init(_ information: BootInformation, screen: BootScreen?) {
    self.information = information
    self.screen = screen
  }

  /// Its memory: frames, and the address space.
  public var memory: MachineMemory { MachineMemory() }

  /// Its interrupts and exceptions.
  public var interrupts: Interrupts { Interrupts() }

  /// Its clocks and timers.
  public var clock: Clock { Clock() }

  /// Its processors.
  public var processors: Processors { Processors() }

  /// Writes a line to the log, and to the console where the command line's `loglevel=` has its level
  /// shown. What `print` writes is always shown.
  ///
  /// - Parameters:
  ///   - level: How much it matters.
  ///   - line: The text, without a line break at its end.
  @export(interface)
  public func log(_ level: ConsoleLevel, _ line: String) {
    if console.shows(level) { print(line) } else { ProcessorSet.keep(line) }
  }

  /// How it is switched off and restarted.
  public var power: Power { Power() }
}
