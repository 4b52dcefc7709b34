import Addressing
import X86

/// The interrupt controller inside the processor (Intel SDM, volume 3, chapter 12).
struct LocalAPIC {
  /// Where its registers are mapped; 0 where they are model-specific registers (x2APIC mode).
  private let registers: UInt64

  /// A register's offset from the first (SDM, table 12-1).
  private enum Register: UInt32 {
    case id = 0x20
    case taskPriority = 0x80
    case endOfInterrupt = 0xb0
    case spuriousVector = 0xf0
    case inService = 0x100
    case errorStatus = 0x280
    case command = 0x300
    case commandTarget = 0x310
    case timer = 0x320
    case thermal = 0x330
    case performance = 0x340
    case line0 = 0x350
    case line1 = 0x360
    case error = 0x370
    case timerStart = 0x380
    case timerCount = 0x390
    case timerDivisor = 0x3e0
  }

  private static let isMasked: UInt32 = 1 << 16

  /// IA32_APIC_BASE: bit 11 the APIC is on, bit 10 in x2APIC mode.
  private static let base: UInt32 = 0x1b
  private static let isOn: UInt64 = 1 << 11
  private static let isExtendedMode: UInt64 = 1 << 10

  /// Takes over this processor's, with all its own sources masked but the non-maskable interrupt;
  /// `nil` where there is none.
  ///
  /// - Parameter passesLegacy: Whether interrupts of the legacy controllers come through it.
  static func start(passingLegacy passesLegacy: Bool) -> LocalAPIC? {
    guard identifyProcessor(leaf: 1, subleaf: 0).edx & 1 << 9 != 0 else { return nil }
    let base = turnOn()
    var registers: UInt64 = 0
    if base & isExtendedMode == 0 {
      let memory = AddressRange(at: PhysicalAddress(base & 0xf_ffff_ffff_f000), size: 4096)
      guard let mapped = AddressSpace.mapForever(memory) else { return nil }
      registers = mapped.value
    }
    let apic = LocalAPIC(registers: registers)
    apic.setUp(passingLegacy: passesLegacy, takingNonMaskable: true)
    return apic
  }

  /// Whether the next one that is started is to be in x2APIC mode, whose numbers have 32 bits.
  @safe nonisolated(unsafe) static var wantsExtended = false

  /// Whether it is in x2APIC mode.
  var isExtended: Bool { registers == 0 }

  /// Takes over the one of a processor other than the boot's, in the same mode.
  func startOnOtherProcessor() {
    _ = Self.turnOn()
    setUp(passingLegacy: false, takingNonMaskable: false)
  }

  /// Turns on this processor's, in x2APIC mode where that is wanted and possible.
  ///
  /// - Returns: what IA32_APIC_BASE is then.
  private static func turnOn() -> UInt64 {
    var base = readModelSpecificRegister(Self.base) | isOn
    writeModelSpecificRegister(Self.base, base)
    if wantsExtended, identifyProcessor(leaf: 1, subleaf: 0).ecx & 1 << 21 != 0 {
      base |= isExtendedMode
      writeModelSpecificRegister(Self.base, base)
    }
    return base
  }

  private func setUp(passingLegacy passesLegacy: Bool, takingNonMaskable: Bool) {
    write(.taskPriority, 0)
    write(.timer, Self.isMasked)
    write(.thermal, Self.isMasked)
    write(.performance, Self.isMasked)
    write(.error, Self.isMasked)
    // Delivery modes: 7 an interrupt whose vector a legacy controller gives, 4 non-maskable.
    write(.line0, passesLegacy ? 0x700 : Self.isMasked)
    write(.line1, takingNonMaskable ? 0x400 : Self.isMasked)
    write(.errorStatus, 0)
    // Bit 8: enabled by software.
    write(.spuriousVector, 1 << 8 | UInt32(InterruptVector.spurious))
  }

  /// Masks all its own sources.
  func mask() { setUp(passingLegacy: false, takingNonMaskable: false) }

  /// Its number, which interrupts are sent to.
  var id: UInt32 { registers == 0 ? read(.id) : read(.id) >> 24 }

  /// Where its register for the end of interrupts is mapped; 0 in x2APIC mode.
  var endRegister: UInt64 {
    registers == 0 ? 0 : registers + UInt64(Register.endOfInterrupt.rawValue)
  }

  /// Tells that the interrupt in service has been dealt with.
  func end() { write(.endOfInterrupt, 0) }

  /// Whether an interrupt is being serviced.
  func isInService(_ vector: UInt8) -> Bool {
    let offset = Register.inService.rawValue + UInt32(vector / 32) * 0x10
    return read(offset) & 1 << UInt32(vector % 32) != 0
  }

  /// Sends an interrupt to this processor itself.
  func raise(_ vector: UInt8) {
    if registers == 0 {
      writeModelSpecificRegister(0x83f, UInt64(vector))  // SELF IPI
    } else {
      write(.commandTarget, id << 24)
      write(.command, UInt32(vector))
    }
  }

  // ---- Other processors ----

  /// What one processor's local APIC can send to another's (SDM, figure 12-12).
  enum Message {
    /// An interrupt.
    case vector(UInt8)
    /// A non-maskable interrupt.
    case nonMaskable
    /// INIT: the processor is reset, and waits to be started.
    case reset
    /// SIPI: the processor starts in real mode in a page below 1 MiB.
    case startUp(page: PhysicalAddress)

    fileprivate var command: UInt32 {
      switch self {
      case .vector(let vector): 0x4000 | UInt32(vector)
      case .nonMaskable: 0x4400
      case .reset: 0x4500
      case .startUp(let page): 0x4600 | UInt32(truncatingIfNeeded: page.value >> 12)
      }
    }
  }

  /// Sends a message to another processor. With interrupts off: the command has two parts.
  func send(_ message: Message, to id: UInt32) {
    if registers == 0 {
      writeModelSpecificRegister(0x830, UInt64(id) << 32 | UInt64(message.command))
      return
    }
    // Bit 12: the message before is on its way.
    var patience = 1_000_000
    while read(.command) & 1 << 12 != 0, patience > 0 { patience -= 1 }
    write(.commandTarget, id << 24)
    write(.command, message.command)
  }

  // ---- The timer ----

  /// Starts the timer: it counts down to 0, once, and then raises `InterruptVector.timer`. A count
  /// of 0 stops it.
  func startTimer(count: UInt32, isMasked: Bool = false) {
    write(.timerDivisor, 0b0011)  // by 16
    write(.timer, UInt32(InterruptVector.timer) | (isMasked ? Self.isMasked : 0))
    write(.timerStart, count)
  }

  /// What is left of the count.
  var timerCount: UInt32 { read(.timerCount) }

  // ---- Registers ----

  @inline(__always)
  private func read(_ register: Register) -> UInt32 { read(register.rawValue) }

  private func read(_ offset: UInt32) -> UInt32 {
    if registers == 0 {
      return UInt32(truncatingIfNeeded: readModelSpecificRegister(0x800 + offset >> 4))
    }
    return readRegister32(registers + UInt64(offset))
  }

  @inline(__always)
  private func write(_ register: Register, _ value: UInt32) {
    if registers == 0 {
      writeModelSpecificRegister(0x800 + register.rawValue >> 4, UInt64(value))
    } else {
      writeRegister32(registers + UInt64(register.rawValue), value)
    }
  }
}
