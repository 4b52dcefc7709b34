import Addressing
import Firmware
import X86

/// The machine's interrupt controllers, once something wants interrupts.
///
/// Where ACPI names I/O APICs, devices' lines come through these; otherwise through the two legacy
/// controllers.
struct InterruptControllers {
  /// The processor's own.
  let local: LocalAPIC?

  /// Those that lines come through; empty where these are the legacy ones.
  let lines: [IOAPIC]

  /// Finds and starts the controllers, with every line masked. They are started once.
  ///
  /// - Returns: the controllers.
  @discardableResult
  static func start() -> InterruptControllers {
    if let controllers = interruptControllers { return controllers }
    var found: [IOAPIC] = []
    withACPITable("APIC") { bytes in
      guard var table = try? ACPIInterruptTable(reading: bytes) else { return }
      while let entry = table.next(in: bytes) {
        guard case .controller(let controller) = entry else { continue }
        if let apic = IOAPIC(controller) {
          found.append(apic)
        } else {
          console.write("interrupts: an I/O APIC at ")
          console.write(controller.registers)
          console.write(" is not there; its lines are not used\n")
        }
      }
    }
    let local = LocalAPIC.start(passingLegacy: found.isEmpty)
    if local == nil { found = [] }
    let controllers = InterruptControllers(local: local, lines: found)
    interruptControllers = controllers
    return controllers
  }

  /// Where a legacy line leads: by MADT's overrides, or to the interrupt of its own number.
  func source(ofLegacyLine line: UInt8) -> ACPIInterruptSource {
    var source = ACPIInterruptSource(number: UInt32(line))
    withACPITable("APIC") { bytes in
      guard let table = try? ACPIInterruptTable(reading: bytes) else { return }
      source = table.source(ofLegacyLine: line, in: bytes)
    }
    return source
  }

  /// Tells the controllers that a vector's interrupt has been dealt with.
  @inline(__always)
  static func end(_ vector: UInt8) {
    guard let controllers = interruptControllers else { return }
    if controllers.lines.isEmpty, let line = LegacyInterruptController.line(of: UInt64(vector)) {
      LegacyInterruptController.end(line: UInt8(line))
    } else {
      controllers.local?.end()
    }
  }

  /// Whether a vector was raised for an interrupt that its controller then took back: the local
  /// APIC has a vector of its own for that, the legacy controllers say line 7 or 15.
  static func isSpurious(_ vector: UInt8) -> Bool {
    guard let controllers = interruptControllers else { return false }
    if vector == InterruptVector.spurious, controllers.local != nil { return true }
    guard let line = LegacyInterruptController.line(of: UInt64(vector)), line & 7 == 7 else {
      return false
    }
    return !LegacyInterruptController.isInService(line: UInt8(line))
  }
}

/// The controllers; `nil` until something wants interrupts.
var interruptControllers: InterruptControllers?
