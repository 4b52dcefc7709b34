import Addressing
import Firmware
import X86

/// A counter of a frequency that is known, which the others are measured by.
enum TimeReference {
  /// The high precision event timer: where its registers are mapped, and its frequency in Hz.
  case eventTimer(UInt64, frequency: UInt64)
  /// ACPI's power-management timer.
  case powerTimer(ACPIRegister, mask: UInt32)
  /// Channel 2 of the programmable interval timer, which every PC has.
  case intervalTimer

  /// What it is called in the log.
  var name: String {
    switch self {
    case .eventTimer: "HPET"
    case .powerTimer: "the ACPI timer"
    case .intervalTimer: "the PIT"
    }
  }

  /// The best one that the machine has and that counts.
  static func find() -> TimeReference {
    if let timer = eventTimer(), timer.isCounting { return timer }
    if let timer = powerTimer(), timer.isCounting { return timer }
    return .intervalTimer
  }

  /// IA-PC HPET Specification 1.0a, section 2.3.
  private static func eventTimer() -> TimeReference? {
    var memory: AddressRange?
    withACPITable("HPET") { bytes in
      guard let timer = try? ACPIEventTimer(reading: bytes) else { return }
      memory = AddressRange(at: timer.registers, size: 1024)
    }
    guard let memory, let registers = AddressSpace.mapForever(memory) else { return nil }
    // The period in femtoseconds, which is at most 100 ns.
    let period = UInt64(readRegister32(registers.value + 4))
    guard period > 0, period <= 100_000_000 else { return nil }
    let configuration = registers.value + 0x10
    writeRegister32(configuration, readRegister32(configuration) | 1)
    return .eventTimer(registers.value, frequency: 1_000_000_000_000_000 / period)
  }

  private static func powerTimer() -> TimeReference? {
    guard let fixed = acpiFixedTable, let timer = fixed.timer, timer.space == .ports else {
      return nil
    }
    return .powerTimer(timer, mask: fixed.timerBits == 32 ? .max : 0xff_ffff)
  }

  private var isCounting: Bool {
    let start = count
    for _ in 0..<100_000 where count != start { return true }
    return false
  }

  /// Counts in a second.
  private var frequency: UInt64 {
    switch self {
    case .eventTimer(_, let frequency): frequency
    case .powerTimer: 3_579_545
    case .intervalTimer: 1_193_182
    }
  }

  private var mask: UInt32 {
    if case .powerTimer(_, let mask) = self { return mask }
    return .max
  }

  @inline(never)
  private var count: UInt32 {
    switch self {
    case .eventTimer(let registers, _): readRegister32(registers + 0xf0)
    case .powerTimer(let register, _): register.read() ?? 0
    case .intervalTimer: 0
    }
  }

  /// Counts another counter for about 10 ms.
  ///
  /// - Parameter other: Reads the other counter, which counts up.
  /// - Returns: How often it counts in a second.
  func measure(_ other: () -> UInt64) -> UInt64 {
    let (elapsed, counted) = isInterval ? waitForInterval(other) : wait(other)
    guard elapsed > 0 else { return 0 }
    let (product, isTooLarge) = counted.multipliedReportingOverflow(by: frequency)
    return isTooLarge ? counted / elapsed * frequency : product / elapsed
  }

  private var isInterval: Bool {
    if case .intervalTimer = self { return true }
    return false
  }

  private func wait(_ other: () -> UInt64) -> (elapsed: UInt64, counted: UInt64) {
    let target = UInt32(truncatingIfNeeded: frequency / 100)
    let first = sample(other)
    while true {
      let last = sample(other)
      let elapsed = (last.count &- first.count) & mask
      if elapsed >= target { return (UInt64(elapsed), last.other &- first.other) }
    }
  }

  /// The two counters at about the same moment: of a few readings the one that took least, because a
  /// machine's manager may stop it between two instructions.
  private func sample(_ other: () -> UInt64) -> (count: UInt32, other: UInt64) {
    var best: (count: UInt32, other: UInt64, width: UInt64) = (0, 0, .max)
    for _ in 0..<4 {
      let before = other()
      let count = count
      let width = other() &- before
      if width < best.width { best = (count, before &+ width / 2, width) }
    }
    return (best.count, best.other)
  }

  /// Counts channel 2 down once, from 10 ms, with its gate at port 0x61 (Intel 8254 data sheet, mode
  /// 0).
  private func waitForInterval(_ other: () -> UInt64) -> (elapsed: UInt64, counted: UInt64) {
    let count: UInt16 = 11_932
    let speaker = inputByte(fromPort: 0x61)
    // Two of these bits report errors; all are set where there is neither this port nor a timer.
    guard speaker != 0xff else { return (1, 0) }
    outputByte(speaker & ~0x03 | 0x01, toPort: 0x61)  // gate on, speaker off
    outputByte(0xb0, toPort: 0x43)  // channel 2, low byte then high byte, mode 0
    outputByte(UInt8(count & 0xff), toPort: 0x42)
    outputByte(UInt8(count >> 8), toPort: 0x42)
    let start = other()
    var patience = 10_000_000
    while inputByte(fromPort: 0x61) & 0x20 == 0, patience > 0 { patience -= 1 }
    let counted = other() &- start
    outputByte(speaker, toPort: 0x61)
    return (UInt64(count) + 1, patience == 0 ? 0 : counted)
  }
}
