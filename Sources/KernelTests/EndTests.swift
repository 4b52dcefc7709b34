import Addressing
import Kernel
import X86

/// The ends of a machine. None comes back.
enum EndTests {
  /// Ends the machine in the way of that name; returns where there is none.
  static func run(_ name: borrowing RawSpan, _ machine: BootedMachine) {
    if name.isEqual(to: "power-off") { machine.power.off() }
    if name.isEqual(to: "reset") { machine.power.reset() }
    if name.isEqual(to: "levels") {
      machine.log(.error, "this is an error")
      machine.log(.debug, "this is a detail")
      exitMachine(.success)
    }
    // The ends that come from the last processor; the first waits for it, the others work.
    let last = machine.processors.count - 1
    if name.isEqual(to: "panic-elsewhere") {
      machine.processors.runOnAll { number in
        if number == last { fatalError("on purpose, on processor \(number)") }
        while true { pauseProcessor() }
      }
    }
    if name.isEqual(to: "overflow-elsewhere") {
      machine.processors.run(on: last) { FaultTests.overflow() }
    }
  }
}
