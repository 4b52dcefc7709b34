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

  /// The sources that I/O APICs deliver, each with its vector.
  var connected: [(source: UInt32, vector: UInt8)] = []

  /// Finds and starts the controllers, with every line masked. They are started once.
  ///
  /// - Returns: the controllers.
  @discardableResult
  static func start() -> InterruptControllers {
    if let controllers = interruptControllers { return controllers }
    var found: [IOAPIC] = []
    withACPITable("APIC") { bytes in
      guard let table = try? ACPIInterruptTable(reading: bytes) else { return }
      table.forEach { entry in
        guard case .controller(let controller) = entry else { return }
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
    if local == nil {
      console.write("interrupts: this processor has no local APIC: lines come, timers don't\n")
      found = []
    }
    let controllers = InterruptControllers(local: local, lines: found)
    interruptControllers = controllers
    endOfInterrupt = EndOfInterrupt(local: local, isLegacy: found.isEmpty)
    return controllers
  }

  /// Stops all interrupts, and all processors but this one: they wait to be started anew (Intel SDM, volume 3,
  /// section 11.4.4). Interrupts are off then, and nothing is pending that was on its way.
  static func stopAll() {
    LegacyInterruptController.moveAndMask()
    if let controllers = interruptControllers {
      for apic in controllers.lines {
        for source in apic.interrupts { apic.disconnect(source) }
      }
      controllers.local?.startTimer(count: 0, isMasked: true)
    }
    for _ in 0..<100 { BootStep.delay() }
    _ = disableInterrupts()
    guard let local = interruptControllers?.local else { return }
    for processor in processorSet?.processors ?? [] where processor.number != currentProcessor {
      local.send(.reset, to: processor.apicID)
    }
    local.mask()
    for _ in 0..<1000 { BootStep.delay() }
  }

  /// The interrupt source of a legacy line: as MADT's overrides say, or that of its own number.
  func source(ofLegacyLine line: UInt8) -> ACPIInterruptSource {
    var source = ACPIInterruptSource(number: UInt32(line))
    withACPITable("APIC") { bytes in
      guard let table = try? ACPIInterruptTable(reading: bytes) else { return }
      source = table.source(ofLegacyLine: line)
    }
    return source
  }

  /// Whether a source raises a vector already.
  func isConnected(_ source: UInt32) -> Bool { connected.contains { $0.source == source } }

  /// Masks the line that raises a vector, where one does.
  mutating func disconnect(_ vector: UInt8) {
    if let index = connected.firstIndex(where: { $0.vector == vector }) {
      let source = connected.remove(at: index).source
      for apic in lines where apic.interrupts.contains(source) { apic.disconnect(source) }
    } else if lines.isEmpty, let line = LegacyInterruptController.line(of: UInt64(vector)) {
      LegacyInterruptController.setMask(ofLine: UInt8(line), true)
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
@safe nonisolated(unsafe) var interruptControllers: InterruptControllers?

/// How the end of an interrupt is written to its controller. Apart from the controllers, because
/// every interrupt needs it.
struct EndOfInterrupt {
  /// The local APIC's register for it; 0 where there is another way.
  private var register: UInt64 = 0
  private var local: LocalAPIC?
  private var isLegacy = false

  /// Does nothing: there are no controllers yet.
  init() {}

  init(local: LocalAPIC?, isLegacy: Bool) {
    self.local = local
    self.isLegacy = isLegacy
    if !isLegacy, let local { register = local.endRegister }
  }

  /// Tells the controller that a vector came from.
  @inline(__always)
  func callAsFunction(_ vector: Int) {
    if register != 0 { writeRegister32(register, 0) } else { tellOther(vector) }
  }

  @inline(never)
  private func tellOther(_ vector: Int) {
    if isLegacy, let line = LegacyInterruptController.line(of: UInt64(vector)) {
      LegacyInterruptController.end(line: UInt8(line))
    } else {
      local?.end()
    }
  }
}

/// How interrupts end.
@safe nonisolated(unsafe) var endOfInterrupt = EndOfInterrupt()
