/// A machine that is up: what was found in it, and what it can do.
///
/// What nobody asks for costs nothing: interrupt controllers, clocks and the keyboard are started
/// when they are first used.
public struct BootedMachine {
  let information: BootInformation

  package init(_ information: BootInformation) { self.information = information }

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
