import Addressing
import X86

/// The processor's own error reporting (SDM volume 3, chapter 16).
///
/// Without CR4.MCE a machine check ends in a shutdown without a report; the entry code sets it.
/// Here the banks are enabled, which record the error.
enum MachineCheck {
  private static let capabilities: UInt32 = 0x179  // IA32_MCG_CAP
  private static let status: UInt32 = 0x17a  // IA32_MCG_STATUS
  private static let control: UInt32 = 0x17b  // IA32_MCG_CTL

  /// IA32_MCi_CTL of bank 0; status, address and further information follow it, then bank 1.
  private static let firstBank: UInt32 = 0x400

  private static let isValid: UInt64 = 1 << 63
  private static let hasAddress: UInt64 = 1 << 58

  /// Whether the processor has the architecture: CPUID leaf 1, EDX bits 7 (MCE) and 14 (MCA).
  private static var isAvailable: Bool {
    let wanted: UInt32 = 1 << 7 | 1 << 14
    return identifyProcessor(leaf: 1, subleaf: 0).edx & wanted == wanted
  }

  private static var bankCount: UInt32 {
    UInt32(truncatingIfNeeded: readModelSpecificRegister(capabilities) & 0xff)
  }

  /// Has every bank report every error. Errors from before the boot are printed and cleared.
  static func enable() {
    guard isAvailable else { return }
    reportBanks()
    if readModelSpecificRegister(capabilities) & 1 << 8 != 0 {
      writeModelSpecificRegister(control, .max)
    }
    for bank in 0..<bankCount {
      writeModelSpecificRegister(firstBank + 4 * bank, .max)
      writeModelSpecificRegister(firstBank + 4 * bank + 1, 0)
    }
  }

  /// Prints what the processor says of a machine check.
  static func report() {
    guard isAvailable else { return }
    console.write("MCG_STATUS: ")
    console.write(hex: readModelSpecificRegister(status), digits: 16)
    console.write("\n")
    reportBanks()
  }

  private static func reportBanks() {
    for bank in 0..<bankCount {
      let register = firstBank + 4 * bank
      let status = readModelSpecificRegister(register + 1)
      guard status & isValid != 0 else { continue }
      console.write("Machine check bank ")
      console.write(decimal: UInt64(bank))
      console.write(": status ")
      console.write(hex: status, digits: 16)
      if status & hasAddress != 0 {
        console.write(", address ")
        console.write(hex: readModelSpecificRegister(register + 2), digits: 16)
      }
      console.write("\n")
    }
  }
}
