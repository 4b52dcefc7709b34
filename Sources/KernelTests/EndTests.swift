import Kernel

/// The ends of a machine. None comes back.
enum EndTests {
  /// Ends the machine in the way of that name; returns where there is none.
  static func run(_ name: borrowing RawSpan, _ machine: BootedMachine) {
    if name.isEqual(to: "power-off") { machine.power.off() }
    if name.isEqual(to: "reset") { machine.power.reset() }
  }
}
