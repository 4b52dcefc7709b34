import Addressing
import Firmware
import X86

/// The end of the machine.
public struct Power {
  /// Switches the machine off, by ACPI. A machine that can't be is stopped, and says so.
  @export(interface)
  public func off() -> Never {
    console.note(.powerOff)
    PowerControl.switchOff()
    stop("this machine can't be switched off by the kernel")
  }

  /// Restarts the machine: by ACPI's reset register, else by what every PC has.
  @export(interface)
  public func reset() -> Never {
    console.note(.restart)
    PowerControl.reset()
    stop("this machine can't be reset by the kernel")
  }

  private func stop(_ reason: String) -> Never {
    console.write(reason)
    console.write("; it is halted\n")
    while true {
      _ = disableInterrupts()
      haltProcessor()
    }
  }
}

/// The steps that end a machine. Each returns where the machine goes on all the same.
enum PowerControl {
  /// Bits of the sleep control registers (ACPI 6.5, tables 4.11 and 4.24).
  private static let isACPI: UInt32 = 1
  private static let sleepType: UInt32 = 10
  private static let sleepEnable: UInt32 = 1 << 13

  /// ACPI's state S5, soft-off.
  static func switchOff() {
    guard let fixed = acpiFixedTable, let types = softOffTypes else { return }
    _ = disableInterrupts()
    if fixed.isHardwareReduced {
      guard let register = fixed.sleepControl else { return }
      _ = register.write(UInt32(types.a) << 2 | 1 << 5)
    } else {
      guard let a = fixed.controlA else { return }
      turnOnACPI(fixed, a)
      write(types.a, to: a)
      if let b = fixed.controlB { write(types.b, to: b) }
    }
    pause()
  }

  /// Restarts the machine by each way there is, the gentlest first.
  static func reset() {
    _ = disableInterrupts()
    if let reset = acpiFixedTable?.reset, reset.register.write(UInt32(reset.value)) { pause() }
    // The reset control register of Intel's chipsets: bit 1 a hard reset, bit 2 now.
    outputByte(0x02, toPort: 0xcf9)
    outputByte(0x06, toPort: 0xcf9)
    pause()
    // The keyboard controller pulls the processor's reset line.
    outputByte(0xfe, toPort: 0x64)
    pause()
    shutDownByTripleFault()
  }

  /// Switches from the firmware's power management to ACPI's, where that has not been done.
  private static func turnOnACPI(_ fixed: ACPIFixedTable, _ control: ACPIRegister) {
    guard let enable = fixed.enable, (control.read() ?? isACPI) & isACPI == 0 else { return }
    outputByte(enable.value, toPort: enable.port)
    for _ in 0..<1_000_000 where (control.read() ?? isACPI) & isACPI != 0 { return }
  }

  private static func write(_ type: UInt8, to register: ACPIRegister) {
    let kept = (register.read() ?? 0) & ~(7 << sleepType | sleepEnable)
    let value = kept | UInt32(type) << sleepType
    _ = register.write(value)
    _ = register.write(value | sleepEnable)
  }

  /// What `\_S5` says, in whichever definition block has it.
  private static var softOffTypes: ACPISleepTypes? {
    for index in 0..<acpiTables.count {
      let range = acpiTables[index].range
      guard acpiTables.isDefinitionBlock(index), kernelWindow.range.contains(range) else {
        continue
      }
      let types = kernelWindow.withBytes(of: range) { ACPISleepTypes(ofSoftOffIn: $0) }
      if let types { return types }
    }
    return nil
  }

  /// Gives the hardware some milliseconds: fifty of them.
  private static func pause() {
    for _ in 0..<50_000 { BootStep.delay() }
  }
}
