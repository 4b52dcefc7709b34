/// A machine that is up: what was found in it, and what it can do.
///
/// What nobody asks for costs nothing: interrupt controllers, clocks and the keyboard are started
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

  /// How it is switched off and restarted.
  public var power: Power { Power() }
}
